"""The pages of all answers, and deciding which of them count."""
