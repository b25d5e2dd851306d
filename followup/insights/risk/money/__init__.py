"""What unhappy customers are worth, what of it stayed, and what compensation bought."""
