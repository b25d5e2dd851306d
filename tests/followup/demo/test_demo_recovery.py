"""The sample year has a story of recovery: who left, and whom nobody tried to call."""

import pytest
from django.utils import timezone

from followup.demo import loading
from followup.history import chain
from followup.insights.recovery.facts import UNTOUCHED
from followup.insights.recovery.figures import figures_of
from followup.insights.recovery.query import Selection, read
from followup.models import Activity, Ticket
from surveys.models import Contact, Survey


@pytest.mark.django_db
def test_the_sample_year_says_who_recovered_and_who_left() -> None:
    now = timezone.now()
    loading.load(now=now, size=0.12)
    found = figures_of(read(Selection(Ticket.objects.all(), Survey.objects.all(), None, None, now)))
    assert found.recovered.of >= 10
    assert found.retained is not None
    assert found.retained.share is not None
    assert 0.5 < found.retained.share < 1
    left = Contact.objects.filter(churned_at__isnull=False)
    assert left.count() == Activity.objects.filter(kind="left").count() > 0
    assert all(contact.churned_at is not None and contact.churned_at <= now for contact in left)
    assert any(cell.speed == UNTOUCHED and cell.second is not None for cell in read(
        Selection(Ticket.objects.all(), Survey.objects.all(), None, None, now)).cells)  # fmt: skip
    assert list(chain.verify()) == []
