"""Customers and answers as subjects of nps_project/privacy: who they are, what surveys keeps of them, and the pages."""
