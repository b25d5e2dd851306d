"""What followup keeps of a customer, for nps_project/privacy."""
