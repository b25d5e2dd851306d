"""Fair trials: two versions of a play, drawn by coin when a ticket opens."""
