"""The company's root causes, and where admins keep them."""
