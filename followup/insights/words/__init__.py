"""The words of customers: in which language they wrote, and which words stand out among unhappy and content ones."""
