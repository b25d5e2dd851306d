"""Every address of the product, from the URL configuration, and a small world in which each leads somewhere."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO, StringIO

from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from followup.causes import services as causes
from followup.clocks import calendars
from followup.conversations.case import services as case_services
from followup.conversations.case.links import case_path
from followup.conversations.files.storing import NewFile
from followup.conversations.models import Attachment, AttachmentContent, Message, RawMail
from followup.conversations.writing import services as mails
from followup.conversations.writing.services import Draft
from followup.desk.queue import kept_views
from followup.escalation import services as escalation
from followup.models import Absence, Calendar, CustomerSaid, Playbook, RootCause, RoutingRule, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions, attempts, promises, tags
from nps_project.accounts.links import make_token
from nps_project.accounts.models import ApiKey, PasswordReset, Team, User
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.deliveries.models import Delivery
from surveys.branding import services as branding
from surveys.contacts.imports import parts
from surveys.contacts.imports import services as imports
from surveys.contacts.segments.services import save_segment
from surveys.contacts.services import save_contact
from surveys.models import Campaign, Company, Contact, DecisionKind, Invitation, Question, Response, Segment, Survey
from surveys.services import bulk_decisions
from surveys.services.invitations import create_invitation, revoke_invitation
from surveys.services.responses import NewAnswer, Origin, record_response
from surveys.services.surveys import save_question, update_survey
from tests.addresses_of_insights import COMMENT, insights_pages
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.playbooks.trials.making import make_trials

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 0h9v3z"/></svg>'


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Each route, such as desk/tickets/<int:ticket_id>/, without those of Django's admin and of the REST API."""
    for found in (resolver or get_resolver()).url_patterns:
        route = before + str(found.pattern)
        if route.startswith(("admin/", "api/v1/", "^api/")):
            continue
        if isinstance(found, URLResolver):
            yield from routes(found, route)
        elif isinstance(found, URLPattern):
            yield route


@dataclass
class World:
    """One of everything."""

    admin: User
    agent: User
    survey: Survey
    ticket: Ticket
    resolved: Ticket
    happy: Response
    contact: Contact
    pages: dict[str, list[str]]  # a route to addresses that lead to it, in the states worth a look

    def addresses(self) -> list[str]:
        """Those of all routes."""
        return [address for addresses in self.pages.values() for address in addresses]


def _campaigns(survey: Survey, contact: Contact) -> list[Campaign]:
    """A draft, and one that paused by itself."""
    draft = Campaign.objects.create(name="Spring <b>", survey=survey, reminders=[5], repeat_days=90)
    paused = Campaign.objects.create(
        name="Autumn", survey=survey, status="paused", paused_because="bounces", paused_detail="6 / 100 (6.0 %)",
        started_at=timezone.now(),
    )  # fmt: skip
    for number, status in enumerate(["waiting", "bounced", "unknown", "sent"]):
        last = Invitation.objects.create(
            survey=survey, contact=contact, channel="email", campaign=paused, status=status, round=number,
            address="karin@nordlys.dk", sent_at=timezone.now() if number else None,
        )  # fmt: skip
    make_answer(survey, 10, contact=contact, invitation_id=last.pk)
    return [draft, paused]


def _conversations(ticket: Ticket, other: Ticket, agent: User) -> tuple[Message, Attachment]:
    """On a ticket mails in every state with a file, on the other one that was taken back: it, and the file."""
    plan = Draft("Plan <b>", COMMENT, files=[NewFile("plan <b>.txt", b"The plan")])
    first = mails.write(ticket_id=ticket.pk, by=agent, draft=plan)
    for number, status in enumerate(["sent", "delivered", "bounced", "failed", "unknown"]):
        Message.objects.create(ticket=ticket, direction="out", status=status, subject=str(number), text=COMMENT)
    Message.objects.create(
        ticket=ticket, direction="in", status="waiting", is_accepted=False, from_address="<b>@nordlys.dk",
        subject="Re: Plan", text=COMMENT * 40, quoted=COMMENT,
    )  # fmt: skip
    Message.objects.create(ticket=ticket, direction="in", status="received", channel="case", text=COMMENT)
    back = mails.write(ticket_id=other.pk, by=agent, draft=plan)
    mails.take_back(message_id=back.pk, by=agent)
    return back, first.attachments.get()


def make_world() -> World:
    """A survey with answers, tickets in several states, mails, people, keys."""
    playbooks.ensure_default()
    causes.ensure_defaults()
    team = Team.objects.create(name="North")
    admin = make_user("ada", "admin")
    agent = make_user("bea", "agent")
    team.members.add(agent)
    survey = make_survey("autumn", team=team)
    question = save_question(Question(survey=survey, kind="rating", texts={"en": "How easy was it?"}))
    save_question(Question(survey=survey, kind="choice", texts={"en": "What?"}, options={"en": ["Cards", "Other"]}))
    save_question(Question(survey=survey, kind="text", texts={"en": "Which order?"}))
    paused, closed = make_survey("paused"), make_survey("closed")
    update_survey(paused, {"status": "paused"})
    update_survey(closed, {"status": "closed"})
    contact = make_contact(1, name="Karin <i>Jensen</i>", traits={"company": "Nordlys Tryk", "plan": "gold"})
    contact = save_contact(contact, {"company_name": "Nordlys Tryk"})
    company = Company.objects.get()
    save_segment(Segment(), {"name": "Gold <b>", "slug": "gold", "filter": {"trait.plan": "gold"}}, by=admin)
    ticket = make_ticket(survey, 0, COMMENT, contact=contact)
    nameless = make_ticket(survey, 4, "")
    resolved = make_ticket(survey, 6, COMMENT, contact_email="b@example.com", contact_name="Bo")
    attempts.log_attempt(ticket_id=resolved.pk, by=agent, result="reached", note=COMMENT)
    cause = RootCause.objects.filter(is_active=True)[0]
    actions.resolve(ticket_id=resolved.pk, by=agent, outcome="kept", root_cause=cause, note=COMMENT)
    happy = make_answer(survey, 10, "Good: ada called at once")
    asked = make_ticket(survey, 5)
    tags.change_tags(ticket_id=ticket.pk, by=agent, add=["strike"])
    due = timezone.now() + timedelta(days=1)
    promises.make(ticket_id=nameless.pk, by=agent, text="A new banner <b>", due_at=due)
    kept = promises.make(ticket_id=nameless.pk, by=agent, text="A call from the boss", due_at=due)
    promises.keep(ticket_id=nameless.pk, promise_id=kept.pk, by=agent)
    escalation.move_clocks(ticket.deadline.replace(year=ticket.deadline.year + 1))  # warns and escalates: mails
    actions.add_note(ticket_id=ticket.pk, by=agent, text=f"@ada@example.com {COMMENT}")
    actions.assign(ticket_id=nameless.pk, by=agent, owner=admin)
    mail = Delivery.objects.order_by("pk")[0]
    trials = make_trials(survey)
    open_link, given_link, revoked_link = (create_invitation(survey=survey, contact=contact) for _number in range(3))
    given = record_response(
        survey=survey, answer=NewAnswer(score=3, comment=COMMENT),
        origin=Origin("personal", "en", invitation_id=given_link.pk, contact_id=contact.pk),
    )  # fmt: skip
    revoke_invitation(invitation_id=revoked_link.pk)
    call_command("create_api_key", "--name", "till", "--scope", "read", stdout=StringIO())
    key = ApiKey.objects.get()
    reset = "r" * 43
    PasswordReset.objects.create(
        user=agent,
        hashed_token=hashlib.sha256(reset.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    many = bulk_decisions.ask(
        kind=DecisionKind.DISCARDED, chosen={"q": "<b>", "survey": "autumn"}, by=admin, reason="Spam <b>"
    )
    bulk_decisions.stop(bulk_id=many.pk)
    waiting = parts.store(BytesIO(b"Email;<b>Plan\na@example.com;gold\n"), "new <b>.csv", by=admin)
    imported = parts.store(BytesIO(b"email,language\na@,\nb@example.com,tlh\n"), "done <b>.csv", by=admin)
    imports.start(run_id=imported.pk, chosen=imports.matching_of(imported))
    imports.work(imported.pk, timezone.now())
    kept_view = kept_views.save(owner=admin, name="Zeroes", query="score=0", is_shared=True)
    book = Playbook.objects.get(is_default=True)
    last = playbooks.draft_of(playbooks.plays_of(book)[10])
    changed = replace(last, fields={**last.fields, "priority": "normal"}, steps=last.steps[:-1])
    playbooks.save_plays(playbook=book, drafts={10: changed})
    rule = RoutingRule.objects.create(
        name="Gold", to="team", team=team, scores=[0, 1], traits={"plan": ["gold"]}, value_from=100
    )
    day = timezone.localdate() + timedelta(days=30)
    away = Absence.objects.create(person=agent, first_day=day, last_day=day, stand_in=admin)
    office = Calendar(name="Office", time_zone="Europe/Copenhagen", week={"0": [["09:00", "17:00"]]}, country="DK")
    calendars.save_calendar(office, {date(2026, 12, 24): ("Christmas Eve", [["09:00", "12:00"]])}, teams=[team])
    personal = [f"/r/{make_token('r', link.public_id)}/" for link in (open_link, given_link, revoked_link)]
    thanks = [f"/t/{make_token('t', public_id)}/" for public_id in (given.public_id, happy.public_id)]
    taken_back, file = _conversations(ticket, resolved, agent)
    written = timezone.now()
    case_services.write(response_id=nameless.response_id, text=COMMENT, submission=None, at=written)
    case_services.answer(ticket_id=nameless.pk, by=agent, text=f"Sorry! {COMMENT}", at=written)
    case_services.say(response_id=resolved.response_id, said=CustomerSaid.FIXED, at=written)
    case_services.say(response_id=ticket.response_id, said=CustomerSaid.NOT_FIXED, at=written)
    case_services.close(ticket_id=asked.pk, by=agent, at=written, is_closed=True)
    cases = [case_path(one.response) for one in (ticket, nameless, resolved, asked)]
    held = Invitation.objects.create(
        survey=survey, contact=contact, channel="email", status="held", reason="late", send_at=timezone.now()
    )
    box = MailSource.objects.create(name="care imap.example.com/INBOX", kind="mailbox", failed_at=held.created_at)
    InboundMail.objects.create(
        source=box, uid=1, message_id_hash="1", digest="1", kind="person", left_for="person", at=held.created_at,
        from_address="karin@example.com", subject=COMMENT,
    )  # fmt: skip
    came = Message.objects.create(
        direction="in", status="waiting", contact=contact, from_address="karin@example.com", from_name="Karin <b>",
        subject=COMMENT.splitlines()[0], text=COMMENT, quoted="> <b>",
    )  # fmt: skip
    RawMail.objects.create(message=came, content=b"Subject: <b>\r\n\r\n")
    came_file = Attachment.objects.create(message=came, name="<b>.html", content_type="text/plain", size=3)
    AttachmentContent.objects.create(attachment=came_file, content=b"<b>")
    leave = f"/unsubscribe/{make_token('unsubscribe', open_link.public_id)}/"
    logo = f"/branding/{branding.save_logo(LOGO).digest}.svg"
    runs = [f"/campaigns/{campaign.pk}/" for campaign in _campaigns(survey, contact)]
    c = "campaigns/<int:campaign_id>/"
    s, of = "setup/surveys/<slug:slug>/", "/setup/surveys/autumn/"
    pages = {
        **insights_pages(ticket, resolved, happy, admin, book.pk, trials, contact.pk),
        "": ["/"], "healthz": ["/healthz"], "readyz": ["/readyz"],
        "unsubscribe/<str:token>/": [leave, "/unsubscribe/nothing/"],
        "r/<str:token>/check/<int:number>/": [f"{personal[0]}check/1/", "/r/nothing/check/2/"],
        "contacts/scanners/": ["/contacts/scanners/", "/contacts/scanners/?after=zzz"],
        "r/<str:token>/tap/": [f"{personal[0]}tap/", "/r/nothing/tap/"],
        "setup/asking/returned/": ["/setup/asking/returned/"],
        "mail/<slug:service>/tracking/": ["/mail/postmark/tracking/"],
        "mail/<slug:service>/inbound/": ["/mail/postmark/inbound/"],
        "contacts/<int:contact_id>/everything/": [f"/contacts/{contact.pk}/everything/"],
        "contacts/<int:contact_id>/erase/": [f"/contacts/{contact.pk}/erase/"],
        "contacts/answers/<int:response_id>/everything/": [f"/contacts/answers/{happy.pk}/everything/"],
        "contacts/answers/<int:response_id>/erase/": [f"/contacts/answers/{happy.pk}/erase/"],
        "setup/erased/": ["/setup/erased/", "/setup/erased/?after=x"], "setup/erased/list/": ["/setup/erased/list/"],
        "contacts/<int:contact_id>/answer/": [f"/contacts/{contact.pk}/answer/"],
        "campaigns/": ["/campaigns/"], "campaigns/new/": ["/campaigns/new/"], f"{c}": [f"{run}" for run in runs],
        f"{c}edit/": [f"{run}edit/" for run in runs], f"{c}delete/": [f"{runs[0]}delete/"],
        f"{c}recipients/": [f"{runs[1]}recipients/", f"{runs[0]}recipients/", f"{runs[1]}recipients/?status=x"],
        f"{c}dry-run/": [f"{runs[0]}dry-run/"],
        f"{c}mail/": [f"{runs[0]}mail/"], f"{c}mail/<slug:language>/": [f"{runs[0]}mail/da/"],
        f"{c}mail/<slug:language>/preview/": [f"{runs[0]}mail/da/preview/"],
        f"{c}mail/<slug:language>/test/": [f"{runs[0]}mail/da/test/"],
        f"{c}do/<slug:action>/": [f"{runs[1]}do/resume/"],
        "setup/first-steps/company/": ["/setup/first-steps/company/"],
        "setup/first-steps/": ["/setup/first-steps/"], "setup/first-steps/put-away/": ["/setup/first-steps/put-away/"],
        "setup/asking/": ["/setup/asking/"], "setup/branding/": ["/setup/branding/"],
        "setup/branding/logo/": ["/setup/branding/logo/"],
        "setup/branding/logo/<slug:kind>/remove/": ["/setup/branding/logo/png/remove/"],
        "branding/<slug:digest>.css": ["/branding/gone.css"], "branding/<slug:digest>.<slug:kind>": [logo],
        "setup/asking/sender/": ["/setup/asking/sender/"],
        "setup/asking/held/<int:invitation_id>/<slug:action>/": [f"/setup/asking/held/{held.pk}/drop/"],
        f"{s}share/": [f"{of}share/", f"{of}share/?lang=da&plan=%3Cb%3E"],
        f"{s}share/qr.<slug:kind>": [f"{of}share/qr.svg"],
        f"{s}share/poster/<slug:language>/": [f"{of}share/poster/da/"],
        f"{s}mail/": [f"{of}mail/"], f"{s}mail/<slug:language>/": [f"{of}mail/da/"],
        f"{s}mail/<slug:language>/preview/": [f"{of}mail/da/preview/"],
        f"{s}mail/<slug:language>/test/": [f"{of}mail/da/test/"],
        "s/<slug:slug>/": ["/s/autumn/", "/s/autumn/?score=3&lang=da", "/s/paused/", "/s/closed/", "/s/nothing/"],
        "case/<str:token>/": [*cases, "/case/nothing/"],
        "desk/tickets/<int:ticket_id>/case/": [f"/desk/tickets/{nameless.pk}/case/"],
        "desk/tickets/<int:ticket_id>/case/close/": [f"/desk/tickets/{nameless.pk}/case/close/"],
        "r/<str:token>/": [*personal, "/r/nothing/"], "t/<str:token>/": thanks,
        "t/<str:token>/change/": [f"{thanks[0]}change/", "/t/nothing/change/"],
        "login/": ["/login/"], "logout/": ["/logout/"], "preferences/": ["/preferences/"],
        "desk/": ["/desk/", "/desk/?view=overdue", "/desk/?view=resolved", "/desk/?view=promises", "/desk/?score=x",
                  "/desk/?view=promised", "/desk/?q=banners&sort=oldest"],
        "desk/views/": ["/desk/views/"],
        "desk/views/<int:view_id>/delete/": [f"/desk/views/{kept_view.pk}/delete/"],
        "desk/filters/": ["/desk/filters/", "/desk/filters/?score=x&owner=me"],
        "desk/undo/": ["/desk/undo/"],
        "desk/find/": ["/desk/find/?q=banners", "/desk/find/?q=%00<b>"],
        "desk/notices/": ["/desk/notices/", "/desk/notices/?after=x"],
        "desk/mail/": ["/desk/mail/", "/desk/mail/?view=aside", "/desk/mail/?view=x&after=y"],
        "desk/mail/<int:message_id>/": [f"/desk/mail/{came.pk}/", f"/desk/mail/{came.pk}/?q=karin"],
        "desk/mail/<int:message_id>/raw/": [f"/desk/mail/{came.pk}/raw/"],
        "desk/mail/<int:message_id>/files/<int:attachment_id>/": [f"/desk/mail/{came.pk}/files/{came_file.pk}/"],
        "desk/mail/<int:message_id>/<slug:action>/": [f"/desk/mail/{came.pk}/aside/"],
        "desk/notices/read/": ["/desk/notices/read/"],
        "desk/live/": ["/desk/live/"], "desk/bulk/": ["/desk/bulk/"], "desk/tickets.csv": ["/desk/tickets.csv"],
        "desk/tickets.xlsx": ["/desk/tickets.xlsx"],
        "desk/tickets/<int:ticket_id>/": [f"/desk/tickets/{one.pk}/" for one in (ticket, nameless, resolved)],
        "desk/tickets/<int:ticket_id>/here/": [f"/desk/tickets/{ticket.pk}/here/"],
        "desk/tickets/<int:ticket_id>/colleagues/": [f"/desk/tickets/{ticket.pk}/colleagues/"],
        "desk/tickets/<int:ticket_id>/<slug:action>/": [f"/desk/tickets/{ticket.pk}/claim/"],
        "desk/tickets/<int:ticket_id>/mail/write/": [
            f"/desk/tickets/{ticket.pk}/mail/write/", f"/desk/tickets/{resolved.pk}/mail/write/?again={taken_back.pk}",
        ],
        "desk/tickets/<int:ticket_id>/mail/older/": [f"/desk/tickets/{ticket.pk}/mail/older/"],
        "desk/tickets/<int:ticket_id>/mail/<int:message_id>/take-back/": [
            f"/desk/tickets/{resolved.pk}/mail/{taken_back.pk}/take-back/",
        ],
        "desk/tickets/<int:ticket_id>/files/<int:attachment_id>/": [f"/desk/tickets/{ticket.pk}/files/{file.pk}/"],
        "desk/answers/": ["/desk/answers/", "/desk/answers/?group=promoter", "/desk/answers/?q=zzz"],
        "desk/answers/answers.csv": ["/desk/answers/answers.csv"],
        "desk/answers/answers.xlsx": ["/desk/answers/answers.xlsx"],
        "desk/answers/decide/": ["/desk/answers/decide/"],
        "desk/answers/decisions/": ["/desk/answers/decisions/"],
        "desk/answers/decisions/<int:bulk_id>/": [f"/desk/answers/decisions/{many.pk}/"],
        "desk/answers/decisions/<int:bulk_id>/<slug:action>/": [f"/desk/answers/decisions/{many.pk}/stop/"],
        "desk/answers/<int:response_id>/": [f"/desk/answers/{happy.pk}/"],
        "desk/answers/<int:response_id>/raised/": [f"/desk/answers/{happy.pk}/raised/"],
        "desk/answers/<int:response_id>/ticket/": [f"/desk/answers/{happy.pk}/ticket/"],
        "desk/answers/<int:response_id>/<slug:action>/": [f"/desk/answers/{happy.pk}/accept/"],
        "contacts/": ["/contacts/", "/contacts/?q=zzz", "/contacts/?language=xx",
                      "/contacts/?trait=plan=gold&columns=plan"],
        "contacts/new/": ["/contacts/new/"], "contacts/contacts.csv": ["/contacts/contacts.csv"],
        "contacts/contacts.xlsx": ["/contacts/contacts.xlsx"],
        "contacts/<int:contact_id>/": [f"/contacts/{contact.pk}/"],
        "contacts/<int:contact_id>/edit/": [f"/contacts/{contact.pk}/edit/"],
        "contacts/companies/": ["/contacts/companies/", "/contacts/companies/?q=zzz"],
        "contacts/companies/<int:company_id>/": [f"/contacts/companies/{company.pk}/"],
        "contacts/companies/<int:company_id>/edit/": [f"/contacts/companies/{company.pk}/edit/"],
        "contacts/segments/": ["/contacts/segments/"],
        "contacts/segments/new/": ["/contacts/segments/new/?language=en", "/contacts/segments/new/?language=xx"],
        "contacts/segments/<slug:slug>/": ["/contacts/segments/gold/"],
        "contacts/segments/<slug:slug>/delete/": ["/contacts/segments/gold/delete/"],
        "contacts/import/": ["/contacts/import/"],
        "contacts/import/<int:run_id>/": [f"/contacts/import/{one.pk}/" for one in (waiting, imported)],
        "contacts/import/<int:run_id>/bad.csv": [f"/contacts/import/{imported.pk}/bad.csv"],
        "contacts/import/<int:run_id>/<slug:action>/": [f"/contacts/import/{imported.pk}/stop/"],
        "desk/outbox/": ["/desk/outbox/"], "desk/outbox/<int:delivery_id>/": [f"/desk/outbox/{mail.pk}/"],
        "desk/outbox/<int:delivery_id>/html/": [f"/desk/outbox/{mail.pk}/html/"],
        "setup/": ["/setup/"], "setup/surveys/": ["/setup/surveys/"], "setup/surveys/new/": ["/setup/surveys/new/"],
        f"{s}preview/": [f"{of}preview/"], f"{s}looks/": [f"{of}looks/", f"{of}looks/?lang=da"],
        f"{s}preview/thanks/<int:score>/": [f"{of}preview/thanks/3/?lang=da", f"{of}preview/thanks/11/"],
        s: [of], f"{s}words/<str:language>/": [f"{of}words/da/"], f"{s}questions/": [f"{of}questions/"],
        f"{s}questions/new/": [f"{of}questions/new/"], f"{s}questions/<int:pk>/": [f"{of}questions/{question.pk}/"],
        f"{s}follow-up/": [f"{of}follow-up/"], f"{s}follow-up/copy/": [f"{of}follow-up/copy/"],
        "setup/playbooks/": ["/setup/playbooks/"], "setup/playbooks/<int:pk>/": [f"/setup/playbooks/{book.pk}/"],
        "setup/playbooks/<int:pk>/<int:score>/": [f"/setup/playbooks/{book.pk}/{score}/" for score in (0, 6, 10)],
        "setup/playbooks/<int:pk>/versions/<int:number>/<int:other>/": [f"/setup/playbooks/{book.pk}/versions/1/2/"],
        "setup/playbooks/<int:pk>/versions/<int:number>/back/": [f"/setup/playbooks/{book.pk}/versions/1/back/"],
        "setup/playbooks/<int:pk>/lanes/<slug:name>/": [f"/setup/playbooks/{book.pk}/lanes/passives/"],
        "setup/root-causes/": ["/setup/root-causes/"], "setup/root-causes/new/": ["/setup/root-causes/new/"],
        "setup/root-causes/<int:pk>/": [f"/setup/root-causes/{cause.pk}/"],
        "setup/routing/": ["/setup/routing/"], "setup/routing/new/": ["/setup/routing/new/"],
        "setup/routing/<int:pk>/": [f"/setup/routing/{rule.pk}/"],
        "setup/routing/<int:pk>/move/": [f"/setup/routing/{rule.pk}/move/"],
        "setup/routing/<int:pk>/delete/": [f"/setup/routing/{rule.pk}/delete/"],
        "setup/routing/teams/<int:pk>/": [f"/setup/routing/teams/{team.pk}/"],
        "setup/me/absences/": ["/setup/me/absences/"],
        "setup/me/absences/<int:pk>/delete/": [f"/setup/me/absences/{away.pk}/delete/"],
        "setup/traits/": ["/setup/traits/"],
        "docs/": ["/docs/"], "docs/<slug:name>/": ["/docs/admin/", "/docs/api/", "/docs/nothing/"],
        "docs/pictures/<str:name>": ["/docs/pictures/desk.png"],
        "setup/calendars/": ["/setup/calendars/"], "setup/calendars/new/": ["/setup/calendars/new/"],
        "setup/calendars/<int:pk>/": [f"/setup/calendars/{office.pk}/"],
        "setup/calendars/<int:pk>/delete/": [f"/setup/calendars/{office.pk}/delete/"],
        "setup/account-managers/": ["/setup/account-managers/"], "setup/me/": ["/setup/me/"],
        "setup/people/": ["/setup/people/"], "setup/people/new/": ["/setup/people/new/"],
        "setup/people/<int:pk>/": [f"/setup/people/{agent.pk}/"],
        "setup/people/<int:pk>/work/": [f"/setup/people/{agent.pk}/work/"],
        "setup/people/<int:pk>/password/": [f"/setup/people/{agent.pk}/password/"],
        "setup/people/<int:pk>/sessions/": [f"/setup/people/{agent.pk}/sessions/"],
        "setup/people/<int:pk>/second-factor/": [f"/setup/people/{agent.pk}/second-factor/"],
        "setup/me/security/": ["/setup/me/security/"], "setup/me/second-factor/": ["/setup/me/second-factor/"],
        "setup/me/second-factor/change/": ["/setup/me/second-factor/change/"],
        "setup/me/sessions/<str:name>/end/": ["/setup/me/sessions/others/end/"],
        "login/code/": ["/login/code/"], "login/forgot/": ["/login/forgot/"],
        "login/reset/<str:token>/": [f"/login/reset/{reset}/", "/login/reset/nothing/"],
        "setup/system/": ["/setup/system/"], "metrics": ["/metrics"],
        "setup/system/put-aside/": ["/setup/system/put-aside/"],
        "setup/teams/": ["/setup/teams/"], "setup/teams/new/": ["/setup/teams/new/"],
        "setup/teams/<int:pk>/": [f"/setup/teams/{team.pk}/"],
        "setup/keys/": ["/setup/keys/"], "setup/keys/new/": ["/setup/keys/new/"],
        "setup/keys/<int:pk>/revoke/": [f"/setup/keys/{key.pk}/revoke/"],
        "api/schema/": ["/api/schema/"], "api/docs/": ["/api/docs/"],
    }  # fmt: skip
    return World(admin, agent, survey, ticket, resolved, happy, contact, pages)
