"""The first steps with the product, for the admins of a new installation."""
