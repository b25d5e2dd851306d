"""To whom a new ticket goes: rules, turns, limits, absences."""
