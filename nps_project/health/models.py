"""Heartbeats of processes, and counts of events."""

from django.db import models


class SignOfLife(models.Model):
    """A heartbeat: when something was last seen. heartbeats.py has the names."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class EventCount(models.Model):
    """How often something has happened, over all processes, since the installation began."""

    name = models.CharField(max_length=100, primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
