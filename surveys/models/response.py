"""One customer's answer, and the history of its changes."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.text import shown
from surveys import scoring
from surveys.models.contact import ERASED, Contact
from surveys.models.survey import Survey
from surveys.text_search import name_query, name_vector, text_matches, text_vector

COMMENT_MAX_LENGTH = 10_000


class ResponseState(models.TextChoices):
    """Whether an answer counts."""

    PROVISIONAL = "provisional", _("Provisional")
    CONFIRMED = "confirmed", _("Confirmed")
    DISCARDED = "discarded", _("Discarded")


class Channel(models.TextChoices):
    """The channel by which an answer came in."""

    LINK = "link", _("Public link")
    PERSONAL = "personal", _("Personal link")
    PHONE = "phone", _("By phone")
    API = "api", _("API")
    IMPORT = "import", _("Import")


class EvidenceWhy(models.TextChoices):
    """Why an answer waits, or waited, for a decision: `evidence["why"]`, stored with what tells so."""

    FLOOD = "flood", _("More answers came by the public link than is usual")
    TAP = "tap", _("Tapped in a mail, without Send")
    SCANNER = "scanner", _("Sent beside a program that checks mails")


class Group(models.TextChoices):
    """The three groups, with the labels that staff read. scoring.py has the bounds."""

    DETRACTOR = scoring.DETRACTOR, _("Detractor")
    PASSIVE = scoring.PASSIVE, _("Passive")
    PROMOTER = scoring.PROMOTER, _("Promoter")


TYPED_NAME = name_vector("contact_name", "contact_email", phone="contact_phone")
HAS_TYPED_NAME = Q(contact_name__gt="") | Q(contact_email__gt="") | Q(contact_phone__gt="")
MOST_HITS = 2_000  # of each kind of text, the newest
LOOKED_FIRST = 500_000  # ids, the youngest, among which a common word is looked for before all


DOUBTFUL = Q(state=ResponseState.PROVISIONAL, evidence__isnull=False)  # waits for a person's decision


class ResponseQuerySet(models.QuerySet["Response"]):
    """Filters by the user who may see the rows, by state, and by text."""

    def visible_to(self, user: User) -> Self:
        """Answers to surveys that this user may see."""
        if user.survey_limit_id() is None and user.sees_all_teams:
            return self
        return self.filter(survey__in=Survey.objects.visible_to(user))

    def confirmed(self) -> Self:
        return self.filter(state=ResponseState.CONFIRMED)

    def doubtful(self) -> Self:
        """Answers that wait for a person's decision."""
        return self.filter(DOUBTFUL)

    def unprocessed(self) -> Self:
        """Answers whose follow-up is not decided yet: what the sweep looks for."""
        return self.filter(announcement__isnull=False)

    def named(self, words: str) -> Self:
        """Answers with words that begin with these in the typed name, address or phone."""
        query = name_query(words)
        if query is None:
            return self.none()
        return self.alias(typed_name=TYPED_NAME).filter(HAS_TYPED_NAME, typed_name=query)

    def saying(self, words: str) -> Self:
        """Answers whose comment has these words, stemmed in the comment's language."""
        return self.filter(text_matches("search_vector", words))

    def about(self, words: str, most: int | None = MOST_HITS) -> Self:
        """Answers whose comment or customer has these words; those that `newest_about` finds now, or all."""
        if most is not None:
            return self.filter(pk__in=newest_about(words, most))
        saying = Response.objects.saying(words).values_list("pk", flat=True)
        return self.filter(pk__in=saying.union(*_of_names(words, None)))

    def newest_saying(self, words: str, most: int = MOST_HITS) -> list[int]:
        """The ids of the newest `most` whose comment has these words; at most three queries.

        Among the youngest answers first: with a bound the database reads those alone that both indexes have, and
        without one every answer with a common word, or every answer at all.
        """
        rows = self.saying(words).order_by("-pk").values_list("pk", flat=True)
        bound = (self.order_by("-pk").values_list("pk", flat=True).first() or 0) - LOOKED_FIRST
        found = list(rows.filter(pk__gt=bound)[:most])
        rest = most - len(found) if bound > 0 else 0
        return found + list(rows.filter(pk__lte=bound)[:rest]) if rest else found


def newest_about(words: str, most: int = MOST_HITS) -> set[int]:
    """The ids of answers whose comment or customer has these words, of each kind the newest `most`; four queries."""
    typed, of_customers = _of_names(words, most)
    return {*Response.objects.newest_saying(words, most), *typed.union(of_customers)}


def _of_names(words: str, most: int | None) -> list[models.QuerySet[Any, int]]:
    """The ids of answers with these words in the name that was typed, and of those of customers with them."""
    # No index has this order: the planner, which knows nothing of beginnings of words, would walk the ids for them.
    customers = Contact.objects.named(words).annotate(recent=0 - F("pk")).order_by("recent")[:most]
    parts = Response.objects.named(words), Response.objects.filter(contact__in=customers.values("pk"))
    return [part.order_by("-pk").values_list("pk", flat=True)[:most] for part in parts]


class Response(models.Model):
    """A score from 0 to 10 with a comment. `group` is computed by the database from the bounds in scoring.py."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.UUIDField(null=True, unique=True, editable=False)  # the form page it came from
    # Every index is written with every answer: those of foreign keys are below, where one is needed.
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", db_index=False)
    texts = models.ForeignKey(
        "surveys.SurveyTexts", models.SET_NULL, null=True, blank=True, related_name="+", db_column="words_id",
        db_index=False,
    )  # those that the customer read  # fmt: skip
    invitation = models.OneToOneField(
        "surveys.Invitation", models.PROTECT, null=True, blank=True, related_name="response"
    )
    contact = models.ForeignKey(
        "surveys.Contact", models.SET_NULL, null=True, blank=True, related_name="responses", db_index=False
    )
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followed_by", db_index=False
    )
    score = models.SmallIntegerField(_("score"))
    group = models.GeneratedField(
        expression=Case(
            When(score__lte=scoring.HIGHEST_DETRACTOR, then=Value(scoring.DETRACTOR)),
            When(score__lte=scoring.HIGHEST_PASSIVE, then=Value(scoring.PASSIVE)),
            default=Value(scoring.PROMOTER),
        ),
        output_field=models.CharField(max_length=9, choices=Group.choices),
        db_persist=True,
        verbose_name=_("group"),
    )
    comment = models.TextField(_("comment"), blank=True, max_length=COMMENT_MAX_LENGTH)
    search_vector = models.GeneratedField(
        expression=text_vector("comment"),
        output_field=SearchVectorField(),
        db_persist=True,
        db_column="comment_words",
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    state = models.CharField(_("state"), max_length=11, choices=ResponseState.choices, default=ResponseState.CONFIRMED)
    evidence = models.JSONField(null=True, blank=True)  # {"why": an EvidenceWhy, …}; null with provisional: a fresh tap
    traits = models.JSONField(_("traits"), default=dict, blank=True)
    contact_name = models.CharField(_("name as typed"), max_length=200, blank=True)
    contact_email = models.EmailField(_("e-mail address as typed"), blank=True)
    contact_phone = models.CharField(_("phone as typed"), max_length=40, blank=True)
    answered_at = models.DateTimeField(_("answered"))  # the first human act; never moves
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when a doubtful answer was accepted, or sent anew
    changed_at = models.DateTimeField(null=True, blank=True)
    is_imported = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, editable=False)  # no change of it is taken any more

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(score__range=(scoring.LOWEST, scoring.HIGHEST)), name="response_score_range"
            ),
            models.CheckConstraint(condition=Q(state__in=ResponseState.values), name="response_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="response_channel_is_known"),
        ]
        indexes = [
            # Answers of one survey, newest first, and its figures by trait and period.
            models.Index(fields=["survey", "answered_at"], name="response_survey_answered"),
            # Figures of a period. Answers lie by their time: a line for each 128 pages, and none that an answer writes.
            BrinIndex(fields=["answered_at"], autosummarize=True, name="response_by_day"),
            # /desk/answers/ filtered by group or score.
            models.Index(fields=["score", "id"], name="response_score_id"),
            GinIndex(fields=["search_vector"], name="response_comment_words"),
            # What waits for a person's decision: the desk's line, and the mail about it.
            models.Index(fields=["survey", "id"], condition=DOUBTFUL, name="response_doubtful"),
            # Answers of one contact, by time; answers after which somebody was asked again.
            models.Index(
                fields=["contact", "answered_at", "id"],
                condition=Q(contact__isnull=False),
                name="response_contact_answered",
            ),  # fmt: skip
            models.Index(fields=["follows"], condition=Q(follows__isnull=False), name="response_follows"),
            # Names and addresses typed on a public link.
            GinIndex(TYPED_NAME, name="response_typed", condition=HAS_TYPED_NAME),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.score}"

    @property
    def is_doubtful(self) -> bool:
        """Whether the answer waits for a person's decision."""
        return self.state == ResponseState.PROVISIONAL and self.evidence is not None

    @property
    def is_tapped(self) -> bool:
        """Whether it is only a score that was tapped in a mail: nobody has pressed Send, and it does not count yet."""
        return self.state == ResponseState.PROVISIONAL and self._why in (None, EvidenceWhy.TAP)

    @property
    def is_unsure(self) -> bool:
        """Whether a program may have given it, so that the next Send is the customer's first word."""
        if self.state == ResponseState.DISCARDED:
            return self._why in (EvidenceWhy.TAP, EvidenceWhy.SCANNER)
        return self.state == ResponseState.PROVISIONAL and self._why != EvidenceWhy.FLOOD

    @property
    def _why(self) -> str | None:
        return self.evidence.get("why") if self.evidence else None

    @property
    def counts_from(self) -> datetime:
        """From when targets count: the answer, or, when that was doubtful, its acceptance or the Send after it."""
        return self.confirmed_at or self.answered_at

    @property
    def reach_name(self) -> str:
        if self.erased_at is not None:
            return str(ERASED)
        return shown(self.contact_name) or shown(self.contact.name if self.contact else "")

    @property
    def reach_email(self) -> str:
        """The customer's address: the one typed on this answer, else the contact's, else empty."""
        return self.contact_email or (self.contact.email or "" if self.contact else "")

    @property
    def reach_phone(self) -> str:
        return self.contact_phone or (self.contact.phone if self.contact else "")

    @property
    def can_be_reached(self) -> bool:
        """Whether an address or a phone number of the customer is known."""
        return bool(self.reach_email or self.reach_phone)

    @property
    def change_until(self) -> datetime:
        """Until when the customer may change the answer. Reads the survey."""
        return self.answered_at + timedelta(days=self.survey.edit_days)

    def may_change(self, at: datetime) -> bool:
        """Whether the customer may still change the answer: one that a program may have given, always."""
        return self.is_unsure or at < self.change_until


class ResponseChange(models.Model):
    """One change of an answer by the customer. Append-only, except that the old comment may be erased."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    old_score = models.SmallIntegerField()
    new_score = models.SmallIntegerField()
    old_comment = models.TextField(blank=True)
    old_can_be_reached = models.BooleanField(null=True)  # null: of a release that did not write it down

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.old_score} > {self.new_score}"
