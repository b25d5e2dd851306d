"""What customers' pages, and pages about customers, show of tickets."""
