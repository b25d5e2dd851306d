"""Who did not answer: the way from being asked to being recovered, who is silent, and asking some of the silent."""
