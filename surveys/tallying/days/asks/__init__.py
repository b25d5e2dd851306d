"""Who was asked and what came of it, counted day by day, as answers are."""
