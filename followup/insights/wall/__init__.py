"""The wallboard: the figures on a television, for who is signed in, or by a link that can be taken back."""
