"""What comes back of mails: the webhooks of mail services, and the mailboxes that are read."""
