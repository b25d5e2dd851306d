"""Files of messages: what they are, and how they are given out."""
