"""Who a customer is: their rows in surveys, and the texts by which other rows name them."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from nps_project.accounts.models import User
from nps_project.privacy.models import Kind
from nps_project.privacy.registry import Subject
from surveys.models import Answer, Contact, Invitation, QuestionKind, Response, Survey
from surveys.services.invitations import mails_about

SHORTEST_NAME, SHORTEST_NUMBER, SHORTEST_TEXT = 10, 6, 20  # characters, from which on it is nobody else's
MAILS = mails_about(0).removesuffix("0")  # what a delivery's `about` begins with
ANONYMOUS = Q(contact=None, invitation=None)


def contact(contact_id: int, is_locked: bool) -> Subject | None:
    """A contact, with every row of their address and all of their answers; also answers in which nobody but them can
    have typed that address. Locks answers, then invitations, then contacts, as asking does."""
    row = Contact.objects.filter(pk=contact_id).defer("search_vector").first()
    if row is None:
        return None
    contacts = _same_person(row)
    answers = _answers_of(contacts)
    if is_locked:
        list(answers.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk"))
        ids = [one.pk for one in contacts]
        asked = Invitation.objects.select_for_update(no_key=True).filter(contact__in=ids)
        list(asked.order_by("pk").values_list("pk"))
        locked = Contact.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        contacts = list(locked.defer("search_vector"))
        row = next((one for one in contacts if one.pk == contact_id), row)
    answered = list(answers.defer("search_vector"))
    subject = Subject(
        Kind.CONTACT.value, row.pk, row.created_at, str(row),
        known_by=_shown([row.name, row.email, row.external_id, row.phone]), erased_at=row.erased_at,
    )  # fmt: skip
    return _with_all(subject, contacts, answered)


def answer(response_id: int, is_locked: bool) -> Subject | None:
    """One answer of which no contact is known."""
    rows = Response.objects.filter(ANONYMOUS, pk=response_id)
    if is_locked:
        rows = rows.select_for_update(no_key=True, of=("self",))
    row = rows.defer("search_vector").first()
    if row is None:
        return None
    known_by = _shown([row.contact_name, row.contact_email, row.contact_phone])
    name = "" if row.erased_at else next(iter(known_by), "")
    known_by = known_by or (str(row.pk),)
    subject = Subject(Kind.ANSWER.value, row.pk, row.recorded_at, name, known_by=known_by, erased_at=row.erased_at)
    return _with_all(subject, [], [row])


def of_address(address: str) -> tuple[list[Contact], list[Response]]:
    """The contacts with this address, and the answers without a contact in which it was typed."""
    surveys = list(Survey.objects.values_list("pk", flat=True))
    rows = Contact.objects.alias(address=Lower("email")).filter(address=address.strip().lower())
    found = rows.filter(Q(survey=None) | Q(survey__in=surveys)).defer("search_vector").order_by("pk")
    return list(found), list(_typed([address]).defer("search_vector").order_by("pk"))


def _same_person(row: Contact) -> list[Contact]:
    return of_address(row.email)[0] if row.email else [row]


def _typed(addresses: Iterable[str]) -> QuerySet[Response]:
    """Answers without a contact in which one of these was typed."""
    found = Q(pk__in=())
    for address in addresses:
        named = Response.objects.named(address).filter(ANONYMOUS, contact_email__iexact=address.strip())
        found |= Q(pk__in=list(named.values_list("pk", flat=True)))
    return Response.objects.filter(found)


def _answers_of(contacts: list[Contact]) -> QuerySet[Response]:
    ids = [one.pk for one in contacts]
    addresses = {one.email for one in contacts if one.email}
    typed = list(_typed(addresses).values_list("pk", flat=True)) if addresses else []
    return Response.objects.filter(Q(contact__in=ids) | Q(pk__in=typed))


def _with_all(subject: Subject, contacts: list[Contact], answers: list[Response]) -> Subject:
    """With the rows of these, and the texts by which others name them."""
    invitations = Invitation.objects.filter(contact__in=[one.pk for one in contacts])
    asked = list(invitations.values_list("pk", flat=True)) if contacts else []
    known = _addresses(contacts, answers)
    subject = replace(
        subject,
        addresses=frozenset(known),
        numbers=frozenset(_lowered(one.external_id for one in contacts)),
        words=frozenset(_words(contacts, answers, known)),
    )
    subject = subject.with_ids("surveys.Contact", (one.pk for one in contacts), page="/contacts/")
    subject = subject.with_ids("surveys.Response", (one.pk for one in answers), page="/desk/answers/")
    return subject.with_ids("surveys.Invitation", asked, MAILS)


def _shown(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(one.strip() for one in texts if one and one.strip())


def _lowered(addresses: Iterable[str | None]) -> set[str]:
    return {one.strip().lower() for one in addresses if one and one.strip()}


def _addresses(contacts: list[Contact], answers: list[Response]) -> set[str]:
    """Theirs, and what they typed in answers, unless it is another customer's or a colleague's: nobody checks it."""
    own, typed = _lowered(one.email for one in contacts), _lowered(one.contact_email for one in answers)
    return own | (typed - own - _of_others(typed - own))


def _of_others(addresses: set[str]) -> set[str]:
    if not addresses:
        return set()
    customers = Contact.objects.alias(address=Lower("email")).filter(address__in=addresses).values_list("email")
    colleagues = User.objects.alias(address=Lower("email")).filter(address__in=addresses).values_list("email")
    return _lowered(email for (email,) in [*customers, *colleagues])


def _words(contacts: list[Contact], answers: list[Response], known: set[str]) -> set[str]:
    """Names, numbers, `known` addresses, and what was said, of those that are long enough to mean nobody else."""
    names = [*(one.name for one in contacts), *(one.contact_name for one in answers)]
    numbers = [text for one in contacts for text in (one.phone, one.external_id)]
    numbers += [one.contact_phone for one in answers]
    given = [*(one.email for one in contacts), *(one.contact_email for one in answers)]
    addresses = [one for one in given if one and one.strip().lower() in known]
    texts = [one.comment for one in answers]
    if answers:
        extra = Answer.objects.filter(response__in=[one.pk for one in answers], question__kind=QuestionKind.TEXT)
        texts += extra.values_list("value", flat=True)
    kinds = ((names, SHORTEST_NAME), (numbers, SHORTEST_NUMBER), (addresses, 1), (texts, SHORTEST_TEXT))
    return {text.strip() for found, least in kinds for text in found if text and len(text.strip()) >= least}
