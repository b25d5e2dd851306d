"""What each score asks for: plays, their versions, trying a change before it is saved."""
