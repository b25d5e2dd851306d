"""Words of customers."""
