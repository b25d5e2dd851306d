"""Which answers' follow-up is still to be decided."""

from django.db import models


class Announcement(models.Model):
    """An answer that came or changed, until its follow-up is decided: services/announcements.py writes and takes them.

    A row of its own: what is decided about an answer leaves the answer's row, with all its indexes, as it is.
    """

    response = models.OneToOneField(
        "surveys.Response", models.CASCADE, primary_key=True, related_name="announcement", db_constraint=False
    )  # without a constraint: it is written with its answer, and looking whether that exists would cost each answer

    def __str__(self) -> str:
        return str(self.pk)
