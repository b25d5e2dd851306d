"""Playbooks: eleven plays, one per score, in versions, shared by surveys."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import in_language


class Priority(models.TextChoices):
    """How urgent a ticket is."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class ContactBy(models.TextChoices):
    """How the first contact is to be made."""

    PERSON_OR_PHONE = "person_or_phone", _("In person or by phone")
    PHONE_ELSE_EMAIL = "phone_else_email", _("By phone, else by e-mail")
    EMAIL = "email", _("By e-mail")


class StepKind(models.TextChoices):
    """What a step asks for; `custom` is the company's own."""

    APOLOGISE = "apologise", _("Apologise")
    LISTEN = "listen", _("Listen")
    COMPENSATION = "compensation", _("Offer compensation")
    EXPLAIN = "explain", _("Explain what changes")
    THANK = "thank", _("Thank")
    ACCOUNT_MANAGER = "account_manager", _("Account manager told")
    CRM = "crm", _("Written in CRM")
    NEXT_CONTACT = "next_contact", _("Raise at next contact")
    CUSTOM = "custom", _("Your own step")


class ClockRuns(models.TextChoices):
    """In which hours a clock counts."""

    ALWAYS = "always", _("Hours of the clock")
    SERVICE = "service", _("Hours of service, by the team’s calendar")


class EscalateTo(models.TextChoices):
    """Whom a level mails."""

    LEAD = "lead", _("The team’s lead")
    MANAGERS = "managers", _("All managers")
    PERSON = "person", _("A person")


class Playbook(models.Model):
    """A set of plays with a name. One is the default: surveys without a choice of their own use it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    is_default = models.BooleanField(_("default"), default=False)
    has_trial = models.BooleanField(default=False, db_default=False, editable=False)  # one that may draw still
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="playbook_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def current_version(self) -> "PlaybookVersion":
        """The newest version; one query."""
        return self.versions.latest("number")


class PlaybookVersion(models.Model):
    """The plays as they were at one time; a ticket keeps the version that it was opened with.

    Without a playbook it is the other side of a trial: plays that are tried beside those in force.
    """

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="versions", null=True, blank=True)
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_once")]
        get_latest_by = "number"

    def __str__(self) -> str:
        return f"{self.playbook_id or 'trial'} v{self.number}"


class Play(models.Model):
    """What one score asks for."""

    version = models.ForeignKey(PlaybookVersion, models.CASCADE, related_name="plays")
    score = models.SmallIntegerField(_("score"))
    opens_ticket = models.BooleanField(_("opens a ticket"), default=True)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority.choices)
    hours = models.PositiveIntegerField(
        _("first contact within (hours)"), null=True, blank=True, help_text=_("Empty: no clock.")
    )
    warn_share = models.FloatField(
        _("warn when this share of the time is left"), default=0.25, help_text=_("0.25 is a quarter.")
    )
    hours_run = models.CharField(
        _("these hours are"), max_length=7, choices=ClockRuns.choices, default=ClockRuns.ALWAYS
    )
    solve_hours = models.PositiveIntegerField(
        _("solved within (hours)"), null=True, blank=True, help_text=_("Empty: no clock.")
    )
    solve_hours_run = models.CharField(
        _("these hours are"), max_length=7, choices=ClockRuns.choices, default=ClockRuns.ALWAYS
    )
    wait_limit_hours = models.PositiveIntegerField(
        _("waiting stops that clock for at most (hours)"), default=168, help_text=_("Counted as hours of the clock.")
    )
    service_hours_only = models.BooleanField(
        _("escalate in service hours only"),
        default=False,
        help_text=_("A stage that comes at night waits for the morning."),
    )
    compensation_limit = models.DecimalField(
        _("compensation up to"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Empty: no limit.")
    )
    compensation_currency = models.CharField(_("currency"), max_length=3, blank=True)
    ask_again_days = models.PositiveSmallIntegerField(
        _("ask again after (days)"), null=True, blank=True, help_text=_("Counted from resolving. Empty: not asked.")
    )
    reply_hours = models.PositiveIntegerField(
        _("answer a message within (hours)"), null=True, blank=True, default=24, db_default=24,
        help_text=_("Counted from the customer’s message, as the hours of the first contact are. Empty: no clock."),
    )  # fmt: skip
    offers_call_slots = models.BooleanField(
        _("offer times for a call"), default=False, db_default=False,
        help_text=_("The customer chooses one on their own page, and it becomes the promise."),
    )  # fmt: skip
    call_script = models.JSONField(_("what to say"), default=dict, blank=True)  # by language
    mail_subject = models.JSONField(_("subject of the mail"), default=dict, blank=True)  # by language
    mail_body = models.JSONField(_("words of the mail"), default=dict, blank=True)  # by language
    contact_by = models.CharField(_("first contact"), max_length=16, choices=ContactBy.choices)
    tells = models.JSONField(_("what the score tells"), default=dict)  # by language
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        ordering = ["score"]
        constraints = [
            models.UniqueConstraint(fields=["version", "score"], name="play_once_per_score"),
            models.CheckConstraint(condition=models.Q(score__range=(0, 10)), name="play_score_range"),
            models.CheckConstraint(condition=models.Q(warn_share__range=(0, 1)), name="play_warn_share_range"),
            models.CheckConstraint(condition=models.Q(priority__in=Priority.values), name="play_priority_known"),
            models.CheckConstraint(condition=models.Q(contact_by__in=ContactBy.values), name="play_contact_by_known"),
            models.CheckConstraint(
                condition=models.Q(hours=None) | models.Q(hours__range=(1, 8760)), name="play_hours_range"
            ),
            models.CheckConstraint(
                condition=models.Q(solve_hours=None) | models.Q(solve_hours__range=(1, 8760)),
                name="play_solve_hours_range",
            ),
            models.CheckConstraint(
                condition=models.Q(hours_run__in=ClockRuns.values, solve_hours_run__in=ClockRuns.values),
                name="play_hours_run_known",
            ),
            models.CheckConstraint(condition=models.Q(wait_limit_hours__range=(0, 8760)), name="play_wait_limit_range"),
            models.CheckConstraint(
                condition=models.Q(ask_again_days=None) | models.Q(ask_again_days__range=(1, 365)),
                name="play_ask_again_days_range",
            ),
            models.CheckConstraint(
                condition=models.Q(reply_hours=None) | models.Q(reply_hours__range=(1, 8760)),
                name="play_reply_hours_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.score}"

    def tells_text(self, language: str | None = None) -> str:
        return in_language(self.tells, language)


class PlayStep(models.Model):
    """One thing to do in a play, with its words per language."""

    play = models.ForeignKey(Play, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=16, choices=StepKind.choices)
    texts = models.JSONField(_("words"), default=dict)  # by language
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["play", "position"], name="play_step_position_once"),
            models.CheckConstraint(condition=models.Q(kind__in=StepKind.values), name="play_step_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.play_id}: {self.kind}"

    def text(self, language: str | None = None) -> str:
        return in_language(self.texts, language)


class EscalationLevel(models.Model):
    """A further level of a play, some hours after the deadline; at the deadline itself the lead is mailed."""

    play = models.ForeignKey(Play, models.CASCADE, related_name="levels")
    number = models.PositiveSmallIntegerField()  # 1 to 3
    hours_after = models.PositiveIntegerField(_("hours after the deadline"))
    to = models.CharField(_("who is told"), max_length=8, choices=EscalateTo.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["play", "number"], name="escalation_level_once"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 3)), name="escalation_level_range"),
            models.CheckConstraint(condition=models.Q(hours_after__range=(1, 8760)), name="escalation_level_hours"),
            models.CheckConstraint(condition=models.Q(to__in=EscalateTo.values), name="escalation_level_to_known"),
        ]

    def __str__(self) -> str:
        return f"{self.play_id}: {self.number}"


class SurveyFollowUp(models.Model):
    """Which playbook a survey uses, and since when its churn is known; one without a row uses the default playbook."""

    survey = models.OneToOneField("surveys.Survey", models.CASCADE, related_name="+")
    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="surveys", verbose_name=_("playbook"))
    # From when it is written down which customers left; before it, nobody can say who stayed.
    churn_recorded_since = models.DateField(_("customers who left are recorded since"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.playbook_id}"


class FollowUpSettings(models.Model):
    """What holds for the whole installation; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    account_manager_domains = ArrayField(
        models.CharField(max_length=255),
        verbose_name=_("mail domains of account managers"),
        default=list,
        blank=True,
        help_text=_("Account managers without an account here are told only at addresses of these domains."),
    )

    class Meta:
        verbose_name = _("follow-up settings")
        verbose_name_plural = _("follow-up settings")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="follow_up_settings_only_one")]

    def __str__(self) -> str:
        return str(self.pk)
