"""Health checks, heartbeats and metrics of the installation."""
