"""Whether mail to customers will be believed: what DNS says of the sender, and what is to be mended."""
