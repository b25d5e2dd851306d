"""Whom an improvement is told to: customers who named its causes, and what speaks against each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from followup.insights.figures.periods import midnight
from followup.insights.improvements.models import Improvement, Told
from followup.models import Ticket
from nps_project.accounts.models import User
from surveys.campaigns import rules
from surveys.campaigns.people import People, about_survey, rows_of_people
from surveys.models import Asking, Contact, Survey

CHUNK = 500
SAMPLES = 5


def tickets_of(improvement: Improvement) -> QuerySet[Ticket]:
    """The tickets on which a known customer named one of its causes, since its day, the newest first."""
    rows = Ticket.objects.filter(root_cause__in=improvement.root_causes.all(), response__contact__isnull=False)
    rows = rows.of_real_answers()
    if improvement.since is not None:
        rows = rows.filter(clock_from__gte=midnight(improvement.since))
    if improvement.done_on is not None:  # whoever names it later was not helped by it
        rows = rows.filter(clock_from__lt=midnight(_day_after(improvement.done_on)))
    if improvement.team_id is not None:
        rows = rows.filter(team=improvement.team_id)
    return rows.order_by("-clock_from", "-pk")


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def newest_of_each(improvement: Improvement) -> dict[int, tuple[int, int]]:
    """(ticket, survey) of each customer, by the contact: the newest ticket; a person with several rows comes once.

    One query. Contacts without an address stay, each by itself.
    """
    found: dict[int, tuple[int, int]] = {}
    addresses: set[str] = set()
    columns = ("pk", "survey_id", "response__contact_id", "response__contact__email")
    for ticket, survey, contact, email in tickets_of(improvement).values_list(*columns).iterator(chunk_size=5000):
        address = (email or "").lower()
        if contact in found or (address and address in addresses):
            continue
        addresses.add(address)
        found[contact] = ticket, survey
    return found


def language_for(contact: Contact, survey: Survey) -> str:
    """The customer's language where the survey has it, else the survey's first."""
    return contact.language if contact.language in survey.languages else survey.default_language


def verdicts(
    contacts: Sequence[Contact], surveys: Mapping[int, Survey], at: datetime, *, is_locking: bool = False
) -> dict[int, rules.Decision]:
    """Whether each of these contacts may get this mail now, by the one rule; two queries, one more for the company's
    quarantine. `surveys`: by the contact, that of the ticket. Whether that survey is live matters nothing: nothing is
    asked."""
    rows = rows_of_people(contacts)
    if is_locking:
        rows = rows.select_for_update(no_key=True, of=("self",))
    people = People(list(rows), [survey.pk for survey in surveys.values()])
    days = Asking.current().quarantine_days
    found: dict[int, rules.Decision] = {}
    for contact in contacts:
        survey = surveys[contact.pk]
        fresh = people.row(contact.pk) or contact
        about = about_survey(survey, at, days)
        about = rules.About(is_live=True, quarantine_days=about.quarantine_days, company_days=days)
        found[contact.pk] = rules.decide(people.customer(fresh, survey.pk), about, at, waits=False)
    return found


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would get the letter now. `languages`: how many read each; `skipped`: how many not, by reason; `told`: how
    many were told before, or are on the list already; `samples`: some of them, as (contact, language)."""

    named: int
    mailed: int
    languages: Mapping[str, int]
    skipped: Mapping[str, int]
    told: int
    samples: Sequence[tuple[Contact, str]]


def audience(improvement: Improvement, user: User, at: datetime) -> Audience:
    """Look at everybody whom it would be told to; nothing is written. `user`: whose customers the samples are."""
    newest = newest_of_each(improvement)
    told = set(Told.objects.filter(improvement=improvement).exclude(status="skipped").values_list("contact", flat=True))
    ids = [contact for contact in newest if contact not in told]
    surveys = Survey.objects.in_bulk({survey for _ticket, survey in newest.values()})
    languages: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    samples: list[tuple[Contact, str]] = []
    for start in range(0, len(ids), CHUNK):
        chunk = list(Contact.objects.defer("search_vector").filter(pk__in=ids[start : start + CHUNK]).order_by("pk"))
        of = {contact.pk: surveys[newest[contact.pk][1]] for contact in chunk}
        decided = verdicts(chunk, of, at)
        for contact in chunk:
            decision = decided[contact.pk]
            if isinstance(decision, rules.Ask):
                language = language_for(contact, of[contact.pk])
                languages[language] += 1
                samples += [(contact, language)] if len(samples) < 4 * SAMPLES else []
            else:
                skipped[decision.reason] += 1
    seen = Contact.objects.visible_to(user).filter(pk__in=[contact.pk for contact, _language in samples])
    visible = set(seen.values_list("pk", flat=True))
    shown = [sample for sample in samples if sample[0].pk in visible][:SAMPLES]
    return Audience(len(newest), languages.total(), dict(languages), dict(skipped), len(newest) - len(ids), shown)
