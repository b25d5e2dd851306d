"""Who is told of what by mail, one by one or summed up, and who stands in for whom."""
