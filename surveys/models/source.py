"""The source of an answer from a public link: a hash that is deleted after days; no address is stored."""

from django.db import models

from surveys.models.response import Response


class AnswerSource(models.Model):
    """One answer's source, in a row of its own so that forgetting rewrites no answer."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, db_constraint=False, related_name="+")
    source = models.BigIntegerField(db_index=True)  # 64 bits of a keyed hash
    day = models.DateField()

    def __str__(self) -> str:
        return str(self.pk)
