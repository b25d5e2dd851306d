"""The mail of a report: made when it is sent, with its pictures inside, and as PDF where its reader wants it."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.periods import Period
from followup.insights.overview.pictures import scores_picture, trend_of
from followup.insights.overview.query import Overview
from followup.insights.overview.words import change_words, in_words, nps_words, span_of
from followup.insights.pictures.drawing import Picture, as_png
from followup.insights.reports import figures, pdf
from followup.insights.reports.models import Report
from followup.insights.reports.times import before_of
from nps_project.common.replica import on_replica
from nps_project.deliveries.composing import Composed, File, Mail, Never
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.queueing import render_mail

TEMPLATE = "report"
_ABOUT = re.compile(r"report:(\d+):(\d{4}-\d\d-\d\d):(\d{4}-\d\d-\d\d)", re.ASCII)


def about(report: Report, period: Period) -> str:
    """What a delivery has, by which its report and its days are found again."""
    return f"report:{report.pk}:{period.first.isoformat()}:{period.last.isoformat()}"


def compose(deliveries: Sequence[Delivery], at: datetime) -> Mapping[int, Composed]:
    """The mails of these rows; one whose report was ended, or whose reader was switched off, is not sent."""
    read = {row.pk: found for row in deliveries if (found := _ABOUT.fullmatch(row.about))}
    rows = Report.objects.select_related("person", "survey", "team", "segment")
    reports = rows.filter(person__is_active=True).in_bulk({int(found[1]) for found in read.values()})
    composed: dict[int, Composed] = {}
    for row in deliveries:
        found = read.get(row.pk)
        report = reports.get(int(found[1])) if found else None
        if found is None or report is None:
            composed[row.pk] = Never("ended")
        else:
            period = Period(date.fromisoformat(found[2]), date.fromisoformat(found[3]))
            composed[row.pk] = _mail(report, period, at)
    return composed


def _mail(report: Report, period: Period, at: datetime) -> Mail:
    language = report.person.language
    with translation.override(language), timezone.override(report.person.zone):
        context, pictures = of_report(report, period, at)
        subject, text, html = render_mail(TEMPLATE, language, context)
    return Mail(
        subject=subject, text=text, html=html, has_files=True,
        files=partial(_files, report, period, context, pictures),
    )  # fmt: skip


def of_report(report: Report, period: Period, at: datetime) -> tuple[dict[str, Any], dict[str, Picture]]:
    """What templates/emails/report takes, and the pictures by the names it gives them; in the active language."""
    found = on_replica(lambda: figures.read(report, period, at))
    before = before_of(period)
    slug = report.survey.slug if report.survey else ""
    words = in_words(found, period, before, slug)
    is_enough = found.nps.responses >= LEAST
    pictures = _pictures(found) if is_enough else {}
    compared = found.change if is_enough and found.before.responses >= LEAST else None
    query = f"?from={period.first.isoformat()}&to={period.last.isoformat()}" + (f"&survey={slug}" if slug else "")
    context = words | {
        "of": str(report),
        "period": span_of(period),
        "figure": nps_words(found.nps),
        "is_enough": is_enough,
        "least": LEAST,
        "change": change_words(compared),
        "is_compared": compared is not None,
        "pictures": [{"name": name, "alt": f"{one.title}. {one.description}"} for name, one in pictures.items()],
        "url": f"{settings.SITE_URL}/insights/{query}",
        "settings_url": f"{settings.SITE_URL}/insights/reports/",
        "desk_url": f"{settings.SITE_URL}/desk/",
        "n": found.nps.responses,
    }
    return context, pictures


def _pictures(found: Overview) -> dict[str, Picture]:
    """The trend leaves out periods with fewer than LEAST answers: readers may pass the mail on to anybody."""
    points = [point for point in found.points if point.figures.responses >= LEAST]
    drawn = {"scores": scores_picture(found), "trend": trend_of(points, found.step) if len(points) > 1 else None}
    return {name: one for name, one in drawn.items() if one is not None}


def _files(report: Report, period: Period, context: dict[str, Any], pictures: Mapping[str, Picture]) -> Sequence[File]:
    with translation.override(report.person.language), timezone.override(report.person.zone):
        files = [File(f"{name}.png", "image/png", as_png(one), content_id=name) for name, one in pictures.items()]
        if report.with_pdf and pdf.is_there():
            files.append(File(f"nps-{period.last.isoformat()}.pdf", "application/pdf", as_pdf(context, pictures)))
    return files


def as_pdf(context: dict[str, Any], pictures: Mapping[str, Picture]) -> bytes:
    """The report on one page of A4, in the active language."""
    drawn = [f"{pdf.PNG}{b64encode(as_png(one)).decode()}" for one in pictures.values()]
    page = render_to_string("followup/insights/reports/print.html", context | {"drawn": drawn})
    return pdf.from_html(page)
