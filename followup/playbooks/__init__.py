"""What each score asks for: plays, their versions, and trying a change before it is saved."""
