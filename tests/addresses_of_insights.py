"""The addresses of the insights, and what makes each of them lead somewhere."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from followup.insights.improvements.letter.texts import save_texts
from followup.insights.improvements.models import Improvement, Told
from followup.insights.improvements.services import save_improvement
from followup.insights.reports.models import Report
from followup.insights.risk.models import AtRisk
from followup.insights.wall.models import WallLink
from followup.models import RootCause, Ticket
from nps_project.accounts.models import User
from surveys.models import Response
from tests.factories import make_contact
from tests.followup.insights.silence.pages import silence_pages
from tests.followup.insights.themes.making import make_theme, words_and_themes

COMMENT = "Nobody <b>called</b> & the banners were late.\n{{ 7 }} 😡 =1+1"


def _improvement(ticket: Ticket, resolved: Ticket, by: User) -> str:
    """One that is done, with its words and customers in every state. Returns: the address of its page."""
    cause = RootCause.objects.filter(is_active=True)[0]
    given = {"title": "Faster <b>", "owner": by, "root_causes": [cause], "note": COMMENT, "state": "done"}
    improvement = save_improvement(Improvement(), given, by=by, at=timezone.now())
    save_texts(improvement, "en", subject="Better <b>", body="{cause} <b>\nIt is.", at=timezone.now())
    Improvement.objects.filter(pk=improvement.pk).update(told_at=timezone.now())
    for number, status in enumerate(["sent", "skipped", "bounced", "unknown", "waiting"]):
        Told.objects.create(improvement=improvement, contact=make_contact(70 + number), ticket=resolved,
                            survey=resolved.survey, status=status)  # fmt: skip
    late = timezone.localdate() - timedelta(days=3)
    save_improvement(
        Improvement(), {"title": COMMENT[:90], "owner": by, "root_causes": [cause], "due_on": late}, by=by,
        at=timezone.now(),
    )  # fmt: skip
    return f"/insights/improvements/{improvement.pk}/"


def insights_pages(
    ticket: Ticket, resolved: Ticket, happy: Response, admin: User, book: int, trials: Any, contact_id: int
) -> dict[str, list[str]]:
    """A route to addresses that lead to it, in the states worth a look. `book`: the id of the playbook in force."""
    make_theme(ticket, resolved)
    mended = _improvement(ticket, resolved, admin)
    letter = f"{mended}letter/en/"
    report = Report.objects.create(person=admin, due_at=timezone.now() + timedelta(days=1))
    AtRisk.objects.create(
        contact_id=contact_id, response=happy, survey=happy.survey, bounced_at=timezone.now(), looked_at=timezone.now()
    )  # fmt: skip
    wall = WallLink.objects.create(name="Hall <b>")
    i, risk = "insights/improvements/<int:improvement_id>/", "insights/risk/"
    return {
        "insights/": ["/insights/", "/insights/?by=rolling30&with=last_year", "/insights/?survey=x"],
        "insights/pictures/<slug:name>.<slug:kind>": ["/insights/pictures/scores.svg"],
        "insights/overview.csv": ["/insights/overview.csv"],
        "insights/compare/groups.csv": ["/insights/compare/groups.csv"],
        "insights/compare/": ["/insights/compare/", "/insights/compare/?by=language&one=en", "/insights/compare/?by=x"],
        "insights/compare/groups.<slug:kind>": ["/insights/compare/groups.svg"],
        "insights/days/": ["/insights/days/"], "insights/days/<int:event_id>/unmark/": ["/insights/days/1/unmark/"],
        "insights/recovery/": ["/insights/recovery/", "/insights/recovery/?by=owner&team=x"],
        "insights/recovery/recovery.csv": ["/insights/recovery/recovery.csv"],
        "insights/recovery/tickets/": ["/insights/recovery/tickets/", "/insights/recovery/tickets/?figure=x"],
        "insights/recovery/<slug:name>.<slug:kind>": ["/insights/recovery/speed.svg"],
        **words_and_themes(ticket),
        "insights/causes/": ["/insights/causes/", "/insights/causes/?from=2020-01-01", "/insights/causes/?team=x"],
        "insights/causes/causes.csv": ["/insights/causes/causes.csv"],
        "insights/causes/causes.xlsx": ["/insights/causes/causes.xlsx"],
        "insights/praise/<int:response_id>/": [f"/insights/praise/{happy.pk}/"],
        "insights/improvements/": ["/insights/improvements/", "/insights/improvements/?state=done",
                                   "/insights/improvements/?state=dropped", "/insights/improvements/?state=x"],
        "insights/improvements/new/": ["/insights/improvements/new/"], f"{i}": [mended],
        f"{i}edit/": [f"{mended}edit/"],
        f"{i}letter/": [f"{mended}letter/"], f"{i}letter/<slug:language>/": [letter, f"{mended}letter/da/"],
        f"{i}mail/<slug:language>/preview/": [f"{mended}mail/en/preview/"], f"{i}since/": [f"{mended}since/"],
        f"{i}letter/<slug:language>/keep/": [f"{letter}keep/"],
        f"{i}do/<slug:action>/": [f"{mended}do/approve/"],
        "insights/trials/": ["/insights/trials/"],
        "insights/trials/trials.csv": ["/insights/trials/trials.csv"],
        "insights/trials/new/": [f"/insights/trials/new/?playbook={book}&score=4", "/insights/trials/new/?score=x"],
        "insights/trials/<int:trial_id>/": [f"/insights/trials/{trial.pk}/" for trial in trials],
        "insights/trials/<int:trial_id>/plan/": [f"/insights/trials/{trials[0].pk}/plan/"],
        "insights/trials/<int:trial_id>/plays/<int:score>/": [f"/insights/trials/{trials[0].pk}/plays/1/"],
        "insights/trials/<int:trial_id>/<slug:action>/": [f"/insights/trials/{trials[1].pk}/start/"],
        **silence_pages(happy.survey, admin),
        "insights/reports/": ["/insights/reports/"],
        "insights/reports/<int:report_id>/<slug:action>/": [f"/insights/reports/{report.pk}/send/"],
        "insights/wall/": ["/insights/wall/"], "insights/wall/links/": ["/insights/wall/links/"],
        "insights/wall/<str:token>/": [wall.get_absolute_url()],
        "insights/wall/links/<int:link_id>/revoke/": [f"/insights/wall/links/{wall.pk}/revoke/"],
        "insights/fair-play/": ["/insights/fair-play/", "/insights/fair-play/?survey=x&team=y"],
        "insights/fair-play/fair-play.csv": ["/insights/fair-play/fair-play.csv"],
        "insights/fair-play/differences.<slug:kind>": ["/insights/fair-play/differences.svg"],
        "insights/fair-play/<slug:name>/": ["/insights/fair-play/untried/", "/insights/fair-play/bursts/?after=x"],
        risk: ["/insights/risk/", "/insights/risk/?by=companies&reason=fell", "/insights/risk/?after=y"],
        f"{risk}risk.csv": ["/insights/risk/risk.csv"],
        f"{risk}customers.<slug:kind>": ["/insights/risk/customers.csv"],
        f"{risk}<slug:name>.<slug:kind>": ["/insights/risk/worth.svg"],
        f"{risk}<int:contact_id>/ticket/": [f"/insights/risk/{contact_id}/ticket/"],
    }  # fmt: skip
