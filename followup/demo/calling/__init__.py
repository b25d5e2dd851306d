"""Sample customers who did not answer, and the calls to some of them."""
