"""The linear model of the themes: features, fit, and how often it is right. Pure, and numpy alone."""
