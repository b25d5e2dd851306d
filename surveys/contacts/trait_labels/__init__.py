"""What traits are called on screens, which traits and values there are, and their set-up page."""
