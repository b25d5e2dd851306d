"""What people are told inside the product, beside their mails."""
