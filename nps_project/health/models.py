"""Signs of life that processes leave in the database."""

from django.db import models


class SignOfLife(models.Model):
    """When something was last seen: "sweep" is written by the worker, on beat's word."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
