"""Write checked rows to the contacts, and take them back."""
