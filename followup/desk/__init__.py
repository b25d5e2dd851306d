"""The pages on which staff follow up: the queue, a ticket, the answers."""
