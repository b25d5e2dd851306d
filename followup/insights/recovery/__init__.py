"""What calling back is worth: the figures of recovery, their page, pictures, tables and API."""
