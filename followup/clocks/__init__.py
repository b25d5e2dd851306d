"""The arithmetic of clocks: service hours, deadlines, and which scores start one. Plain Python, no Django, no clock."""
