"""Services of surveys: each function changes state in one transaction."""
