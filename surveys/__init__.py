"""Surveys: collects answers and scores them; knows nothing of follow-up."""
