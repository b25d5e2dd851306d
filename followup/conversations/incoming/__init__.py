"""Mail that comes in: whose it is, what it says, and what it does to its ticket."""
