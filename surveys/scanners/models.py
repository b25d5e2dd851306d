"""What is kept to tell programs that check mails from people. No address of a customer stands here, only keyed hashes.

None of the tables holds up the ones that it points to: they have no constraints in the database, and their rows are
deleted after days.
"""

from django.db import models
from django.db.models import Q

from surveys.models import Invitation, Response


class Opening(models.Model):
    """One opening of a link of one mail; rows are only added, and forgotten after days. `link` is as rules.py names it.

    `place` and `agent` are keyed hashes of the client's address and of its program's name.
    """

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="openings", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    link = models.CharField(max_length=8)
    place = models.BigIntegerField(null=True)
    agent = models.BigIntegerField()
    is_looked_at = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["invitation", "at"], name="opening_of_invitation"),
            models.Index(fields=["at"], name="opening_at"),  # what is to be forgotten
            models.Index(fields=["id"], condition=Q(is_looked_at=False), name="opening_to_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.link}"


class OpenedMail(models.Model):
    """One mail of which a link was opened, and whether they were opened as programs do; kept longer than its openings.

    `recipient` is a keyed hash of the address, `domain` the part behind its @.
    """

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    domain = models.CharField(max_length=255)
    recipient = models.BigIntegerField()
    opened_at = models.DateTimeField()  # the last time that was looked at
    burst_at = models.DateTimeField(null=True)  # when it was last opened as programs do

    class Meta:
        indexes = [
            models.Index(fields=["domain", "recipient"], name="opened_mail_domain"),
            models.Index(fields=["opened_at"], name="opened_mail_at"),  # what is to be forgotten
            # The page of domains.
            models.Index(fields=["domain"], condition=Q(burst_at__isnull=False), name="opened_mail_burst"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.domain}"


class Act(models.TextChoices):
    """What a person did on the page whose score they had tapped; its script tells it."""

    KEY = "key"
    POINTER = "pointer"
    TOUCH = "touch"


class Tap(models.Model):
    """A provisional score that waits for its quiet time; its answer counts nowhere until then. See rules.Tap."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="tap", db_constraint=False)
    link = models.CharField(max_length=8)
    opened_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)  # the sweep's order
    sent_at = models.DateTimeField(null=True)
    act = models.CharField(max_length=7, choices=Act.choices)
    is_same_place = models.BooleanField()
    is_same_agent = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.response_id} {self.link}"
