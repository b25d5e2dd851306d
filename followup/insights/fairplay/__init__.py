"""Fair play: what makes an NPS lie, whether chance explains it, and what it may innocently mean."""
