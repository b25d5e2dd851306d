# Of whitenoise, which ships no types: what this product uses.
