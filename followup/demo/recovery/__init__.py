"""What became of the sample shop's unhappy customers in the end: who left."""
