"""What the pages of figures share: shares with their intervals, periods, small groups, words for numbers."""
