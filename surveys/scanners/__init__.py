"""Tell programs that check mails from people: openings of a mail's links, scores tapped in it, and what follows."""
