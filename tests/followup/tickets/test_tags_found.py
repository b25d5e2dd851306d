"""A tag finds the same tickets, whether they are few or many."""

import pytest

from followup.models import Ticket
from followup.tickets.finding import tags
from tests.factories import make_contact, make_survey, make_ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("few", [1, 2, 3])
def test_a_tag_is_found_by_its_ids_or_on_the_way(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "FEW", few)
    survey = make_survey()
    for number, given in enumerate((["lawyer"], ["lawyer", "hotel"], ["hotel"], [])):
        ticket = make_ticket(survey, 2, contact=make_contact(number))
        Ticket.objects.filter(pk=ticket.pk).update(tags=given)
    numbers = [ticket.pk for ticket in Ticket.objects.order_by("pk")]
    for tag, places in (("  Lawyer ", [0, 1]), ("hotel", [1, 2]), ("none", [])):
        assert list(Ticket.objects.filter(tags.tagged(tag)).in_order("oldest").values_list("pk", flat=True)) == [
            numbers[place] for place in places
        ]
        assert Ticket.objects.exclude(tags.tagged(tag)).count() == 4 - len(places)
