"""Silent risk and money: customers who turn away without a word, what is at stake, and what a gesture buys."""
