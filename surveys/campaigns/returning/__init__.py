"""What comes back of mails that asked, and which of them arrived."""
