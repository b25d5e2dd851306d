"""Which of the first steps are done: computed from rows each time, so that nothing has to be ticked."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery, Status
from surveys.campaigns import mail_keys, trying
from surveys.campaigns.first_steps.models import OwnCompany, PutAway
from surveys.models import Campaign, Contact, Response, Survey, SurveyStatus


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, why, where, and whether it is done."""

    title: str
    words: str
    url: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """All steps in their order."""

    steps: list[Step]
    is_put_away: bool

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_wanted(self) -> bool:
        """Whether there is something left to do, and nobody put them away."""
        return not self.is_put_away and self.done < len(self.steps)


def _conditions() -> dict[str, Any]:
    samples = Survey.objects.samples().values("pk")
    surveys = Survey.objects.exclude(pk__in=samples).filter(status=SurveyStatus.LIVE)
    people = User.objects.filter(is_active=True, is_service=False)
    # The keys of tests and of asks begin alike, and are indexed by their beginning.
    mails = Delivery.objects.filter(status=Status.SENT)
    tests = mails.filter(dedupe_key__startswith=f"{trying.TEMPLATE}:")
    asks = mails.filter(dedupe_key__startswith=f"{mail_keys.TEMPLATE}:")
    return {
        "company": Q(Exists(OwnCompany.objects.all())),
        # The starter survey as it came has revision 1; a second survey was made by somebody.
        "survey": Q(Exists(surveys.filter(revision__gt=1))) | Q(Exists(surveys.order_by("pk")[1:2])),
        "people": Q(Exists(people.order_by("pk")[1:2])),
        "mail": Q(Exists(tests)) | Q(Exists(asks)),
        "contacts": Q(Exists(Contact.objects.filter(survey=None))),
        "answered": Q(Exists(Response.objects.filter(survey__in=surveys.values("pk")))),
        "started": Q(Exists(Campaign.objects.real().filter(started_at__isnull=False))),
    }


def first_steps(user: User) -> FirstSteps:
    """The steps of this installation; two queries, one once they were put away."""
    if PutAway.objects.exists():
        return FirstSteps([], is_put_away=True)
    return all_steps(user)


def all_steps(user: User) -> FirstSteps:
    """The steps, put away or not; one query."""
    conditions = {name: ExpressionWrapper(one, BooleanField()) for name, one in _conditions().items()}
    asked: Any = User.objects.filter(pk=user.pk)  # a row that is there, to hang the questions on
    real = Survey.objects.exclude(pk__in=Survey.objects.samples().values("pk"))
    is_done = asked.values(**conditions, slug=Subquery(real.order_by("pk").values("slug")[:1])).get()
    slug = is_done["slug"]  # of the survey that was there first
    own = reverse("surveys_setup:survey_edit", args=[slug]) if slug else reverse("surveys_setup:surveys")
    mail = reverse("campaigns:mail", args=[slug]) if slug else own
    sender = reverse("campaigns:sender") if settings.MAIL_IS_STORED_ONLY else mail
    return FirstSteps(
        [
            Step(
                _("Say who you are"),
                _("Your company’s name, language, time zone and currency."),
                reverse("first_steps:company"),
                is_done["company"],
            ),
            Step(
                _("Give the survey your name and your words"),
                _("It works as it is; customers should read your company’s name."),
                own,
                is_done["survey"],
            ),
            Step(
                _("Invite the people who will call back"),
                _("A ticket needs somebody to call: add at least one colleague."),
                reverse("accounts_setup:people"),
                is_done["people"],
            ),
            Step(
                _("Set the mail server and send yourself a test"),
                _("Set EMAIL_URL, DEFAULT_FROM_EMAIL and SITE_URL, then start again.")
                if settings.MAIL_IS_STORED_ONLY
                else _("The button is below the words of the mail."),
                sender,
                is_done["mail"],
            ),
            Step(
                _("Bring in your customers"),
                _("From a file, or type in the first one."),
                reverse("imports:list"),
                is_done["contacts"],
            ),
            Step(
                _("Answer it yourself"),
                _("Open the survey as a customer, give a 2, and watch the ticket come."),
                f"/s/{slug}/" if slug else own,
                is_done["answered"],
            ),
            Step(
                _("Start the first campaign"),
                _("Begin with a few customers: a dry run shows whom it asks."),
                reverse("campaigns:list"),
                is_done["started"],
            ),
        ],
        is_put_away=False,
    )
