"""The customers a company knows: found, kept, what they carry along."""
