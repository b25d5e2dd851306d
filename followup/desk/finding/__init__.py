"""What the palette of every staff page finds: tickets, customers, answers, colleagues and pages."""
