"""What a mail in a mailbox is and says: pure, no database and no clock. It may have been written by anybody."""
