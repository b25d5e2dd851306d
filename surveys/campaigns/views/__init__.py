"""Pages of asking: those of customers, and the tab of a survey's mail."""
