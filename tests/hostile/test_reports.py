"""Reports by mail: what a survey is called is text in the mail and in the PDF, and neither reads anything."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from followup.insights.reports import pdf
from surveys.models import Survey
from tests.factories import make_survey
from tests.followup.insights.reports.test_reports import MONDAY, answers, at_time, order, reader, unpacked
from tests.nps_project.deliveries.mail_server import MailServer, running

NAME = 'A<img src="file:///etc/passwd"><script>x</script>\r\nBcc: all@example.org'


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made


@pytest.mark.django_db
def test_what_a_survey_is_called_is_text_in_a_report_and_no_header(server: MailServer) -> None:
    survey = make_survey()
    answers(survey, [10] * 8 + [3] * 5)
    person = reader()
    Survey.objects.update(name=NAME)
    order(person, survey=survey.pk, with_pdf="on")
    at_time(MONDAY)
    mail = server.taken[0]
    assert mail["Bcc"] is None
    assert "\n" not in str(mail["Subject"])
    assert mail["To"] == person.email
    body = mail.get_body(("html",))
    assert body is not None
    text = body.get_content()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    sources = set(re.findall(r'src="([^"]+)"', text))
    assert sources <= {"cid:scores", "cid:trend"}, sources
    made = next(part for part in mail.walk() if part.get_content_type() == "application/pdf").get_content()
    assert made.startswith(b"%PDF-")


PARTS = (
    '<link rel="stylesheet" href="{url}">', '<style>@import url("{url}");</style>',
    '<style>@font-face {{ font-family: x; src: url("{url}") }} p {{ font-family: x }}</style>',
    '<p style="background: url({url})">x</p>', '<img src="{url}">', '<object data="{url}"></object>',
    '<embed src="{url}">', '<svg><image href="{url}"/><use href="{url}"/></svg>',
)  # fmt: skip


def test_a_pdf_reads_no_file_and_asks_no_server(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("Zarathustra")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        for url in (f"http://127.0.0.1:{listening.getsockname()[1]}/", kept.as_uri()):
            for part in PARTS:
                made = b""
                with suppress(AttributeError):  # of a sheet that cannot be had the library makes no PDF
                    made = pdf.from_html(part.format(url=url) + "<p>x</p>")
                streams = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
                assert b"Zarathustra" not in made + b"".join(map(unpacked, streams)), part
        with pytest.raises(TimeoutError):
            listening.accept()
