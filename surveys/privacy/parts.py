"""What surveys keeps of a customer, table by table."""

from django.db.models import Case, F, Q, When
from django.db.models.fields.json import KT
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from nps_project.common.dates import company_day
from nps_project.privacy.registry import Erasing, Part, Subject, Table
from surveys.models import AskReason, Invitation, InvitationStatus, QuestionKind, Response, ResponseState
from surveys.tallying.counting import Step, traits_changing
from surveys.tallying.days.counting import drop_changed_now

CONTACT, RESPONSE, INVITATION = "surveys.Contact", "surveys.Response", "surveys.Invitation"


def of_contact(subject: Subject) -> Q:
    return Q(contact__in=subject.of(CONTACT))


def of_response(subject: Subject) -> Q:
    return Q(response__in=subject.of(RESPONSE))


def of_invitation(subject: Subject) -> Q:
    return Q(invitation__in=subject.of(INVITATION))


class Contacts(Table):
    """The contact becomes a shell, which answers and tickets refer to."""

    def marked(self, erasing: Erasing) -> dict[str, object]:
        """An import that is undone leaves whoever was changed since."""
        return {"erased_at": erasing.at, "changed_at": erasing.at}


class Answers(Table):
    """An answer keeps score, day, survey, language, channel and whether it counts. Counts by trait follow."""

    def erase(self, subject: Subject, erasing: Erasing) -> int:
        left = Response.objects.filter(self.of(subject)).filter(self.not_empty() | Q(erased_at=None))
        rows = list(left.only("survey", "score", "state", "answered_at"))
        steps = [
            Step(row.pk, row.survey_id, company_day(row.answered_at), row.score, 1)
            for row in rows
            if row.state == ResponseState.CONFIRMED
        ]
        why = When(evidence__isnull=False, then=JSONObject(why=KT("evidence__why")))
        with traits_changing(steps):
            Response.objects.filter(pk__in=[row.pk for row in rows]).update(
                **self.empties, evidence=Case(why, default=F("evidence")), erased_at=erasing.at
            )
        drop_changed_now()
        return len(rows)


KNOWN = Part(
    _("The customer"),
    (
        Contacts(
            "contacts",
            CONTACT,
            lambda subject: Q(pk__in=subject.of(CONTACT)),
            empties={
                "email": None, "phone": "", "name": "", "language": "", "is_language_chosen": False,
                "external_id": None, "account_manager": "", "traits": {}, "company": None, "time_zone": "",
                "ask_every_days": None, "bounced_at": None, "soft_bounces": 0, "soft_bounced_since": None,
                "do_not_contact": True,
            },
        ),
        Table("unsubscriptions", "surveys.Unsubscription", of_contact),
    ),
)  # fmt: skip
ANSWERS = Part(
    _("Answers"),
    (
        Answers(
            "answers",
            RESPONSE,
            lambda subject: Q(pk__in=subject.of(RESPONSE)),
            empties={"comment": "", "contact_name": "", "contact_email": "", "contact_phone": "", "traits": {}},
            stays={"evidence": "why an answer waits: a code; the rest is emptied"},
            hides=("submission",),
            is_last=True,
        ),
        Table("answer_changes", "surveys.ResponseChange", of_response, empties={"old_comment": ""}),
        Table(
            "extra_answers",
            "surveys.Answer",
            of_response,
            deletes=True,
            only=Q(question__kind=QuestionKind.TEXT),
            stays={"value": "a number or an option of a list is no text of theirs, and figures count it"},
        ),
        Table("decisions", "surveys.Decision", of_response, empties={"reason": ""}),
        Table("answer_sources", "surveys.AnswerSource", of_response, deletes=True),
        Table("taps", "scanners.Tap", of_response, deletes=True, hides=("is_same_place", "is_same_agent")),
    ),
)
ASKED = Part(
    _("Being asked"),
    (
        Table(
            "invitations",
            INVITATION,
            lambda subject: Q(pk__in=subject.of(INVITATION)),
            empties={"address": "", "time_zone": "", "remind_at": None},
            stays={"language": "of the mail"},
            hides=("public_id",),
        ),
        Table("decisions_to_ask", "surveys.AskDecision", of_contact),
        Table("openings", "scanners.Opening", of_invitation, deletes=True),
        Table("opened_mails", "scanners.OpenedMail", of_invitation, deletes=True),
    ),
)


def skip_what_waits(subject: Subject, _erasing: Erasing) -> None:
    """Nobody who was erased is asked: what waits to be, is not."""
    waiting = Q(status=InvitationStatus.WAITING) | Q(status=InvitationStatus.HELD)
    Invitation.objects.filter(waiting, pk__in=subject.of(INVITATION)).update(
        status=InvitationStatus.SKIPPED, reason=AskReason.DO_NOT_CONTACT, held_until=None
    )
