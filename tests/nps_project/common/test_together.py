"""Several questions in one statement give what each would give alone."""

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from nps_project.accounts.models import User
from nps_project.common.together import ask, first_of, list_of, number_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_each_question_is_answered_as_if_it_were_alone() -> None:
    anna, bea = make_user("anna"), make_user("bea", "viewer")
    none = User.objects.none().values("pk")
    agents = User.objects.filter(role="agent").values("pk")
    with CaptureQueriesContext(connection) as queries:
        found = ask(
            {
                "all": number_of(User.objects.all()),
                "most": number_of(User.objects.all(), most=1),
                "none": number_of(User.objects.none()),
                "list": list_of(User.objects.order_by("name").values("pk", "name")),
                "roles": list_of(User.objects.order_by().values("role").annotate(people=Count("pk")).order_by("role")),
                "no list": list_of(none),
                "first": first_of(none, User.objects.filter(name="nobody").values("pk"), agents),
                "no first": first_of(none),
            }
        )
    assert len(queries) == 1
    assert (found["all"], found["most"], found["none"]) == (2, 1, 0)
    assert found["list"] == [{"pk": anna.pk, "name": "anna"}, {"pk": bea.pk, "name": "bea"}]
    assert found["roles"] == [{"role": "agent", "people": 1}, {"role": "viewer", "people": 1}]
    assert (found["no list"], found["first"], found["no first"]) == ([], anna.pk, None)


def test_no_question_is_no_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert ask({"none": number_of(User.objects.none())}) == {"none": 0}
        assert ask({}) == {}
    assert not queries
