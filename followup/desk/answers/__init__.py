"""The pages of all answers, and of the decisions about which of them count."""
