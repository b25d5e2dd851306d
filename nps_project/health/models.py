"""Signs of life that processes leave in the database, and counts of what they lost."""

from django.db import models


class SignOfLife(models.Model):
    """When something was last seen; the names stand in signs.py."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class EventCount(models.Model):
    """How often something happened, over all processes and since the beginning."""

    name = models.CharField(max_length=100, primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
