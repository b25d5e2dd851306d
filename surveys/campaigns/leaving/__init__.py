"""What customers choose on the page behind the links of a mail: to leave, less often, another language."""
