"""/desk/mail/: mails that belong to no ticket, what a person decides about them, and the mails as they came."""
