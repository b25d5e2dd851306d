"""Playbooks: shipped whole, changed by versions, copied, chosen by a survey."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from followup.causes import services as causes
from followup.models import Play, Playbook, PlaybookVersion, RootCause
from followup.notify import account_managers
from followup.playbooks import services as playbooks
from followup.playbooks.services import PlayDraft, StepDraft, draft_of
from tests.factories import make_survey, make_user

pytestmark = pytest.mark.django_db


def test_eleven_plays_ship_with_words_in_three_languages() -> None:
    book = playbooks.ensure_default()
    assert playbooks.ensure_default() == book
    plays = playbooks.plays_of(book)
    assert sorted(plays) == list(range(11))
    for play in plays.values():
        assert set(play.tells) == {"en", "nl", "da"}
        assert play.warn_share == 0.25
        for step in play.steps.all():
            assert set(step.texts) == {"en", "nl", "da"}
            assert all(step.texts.values())
    zero, one = ([step.text("en") for step in plays[score].steps.all()] for score in (0, 1))
    assert zero != one, "a 0 hears it twice"


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_at_once_ship_one_playbook() -> None:
    Playbook.objects.all().delete()

    def ship(_number: int) -> int:
        try:
            return playbooks.ensure_default().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ship, range(6)))) == 1
    assert PlaybookVersion.objects.count() == 1
    assert Play.objects.count() == 11


def test_a_change_is_a_new_version_with_the_other_plays_as_they_were() -> None:
    book, by = playbooks.ensure_default(), make_user("ada", "admin")
    before = playbooks.plays_of(book)
    draft = draft_of(before[3])
    changed = PlayDraft({**draft.fields, "hours": 8}, [StepDraft("custom", {"en": "Send flowers"}, False)])

    version = playbooks.save_plays(playbook=book, drafts={3: changed}, by=by)

    assert (version.number, version.created_by) == (2, by)
    after = playbooks.plays_of(book)
    assert after[3].hours == 8
    assert [(step.kind, step.text("da"), step.is_required) for step in after[3].steps.all()] == [
        ("custom", "Send flowers", False)
    ]
    for score in set(range(11)) - {3}:
        assert draft_of(after[score]) == draft_of(before[score])
    assert Play.objects.get(pk=before[3].pk).hours == 24, "the old version is kept for its tickets"


@pytest.mark.parametrize(
    "wrong", [{"hours": 0}, {"hours": 9_000}, {"priority": "huge"}, {"contact_by": "pigeon"}, {"warn_share": 1.5}]
)
def test_a_play_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    book = playbooks.ensure_default()
    draft = draft_of(playbooks.plays_of(book)[3])
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        playbooks.save_plays(playbook=book, drafts={3: PlayDraft({**draft.fields, **wrong}, draft.steps)})
    assert book.current_version().number == 1


def test_a_copy_goes_its_own_way_and_only_its_survey_uses_it() -> None:
    book, survey, other = playbooks.ensure_default(), make_survey("a"), make_survey("b")
    copy = playbooks.copy_playbook(playbook=book, name="Autumn")
    playbooks.use_playbook(survey=survey, playbook=copy)
    draft = draft_of(playbooks.plays_of(copy)[3])
    playbooks.save_plays(playbook=copy, drafts={3: PlayDraft({**draft.fields, "hours": 2}, draft.steps)})
    assert playbooks.plays_for(survey.pk)[3].hours == 2
    assert playbooks.plays_for(other.pk)[3].hours == 24
    playbooks.use_playbook(survey=survey, playbook=book)
    assert playbooks.plays_for(survey.pk)[3].hours == 24
    with pytest.raises(IntegrityError), transaction.atomic():
        playbooks.copy_playbook(playbook=book, name="Autumn")


def test_there_is_one_default() -> None:
    playbooks.ensure_default()
    with pytest.raises(IntegrityError, match="playbook_one_default"), transaction.atomic():
        Playbook.objects.create(name="Second", is_default=True)


def test_root_causes_ship_once_and_are_the_companys_own_then() -> None:
    causes.ensure_defaults()
    shipped = set(RootCause.objects.values_list("slug", flat=True))
    assert "delivery" in shipped
    RootCause.objects.exclude(slug="delivery").delete()
    causes.ensure_defaults()
    assert set(RootCause.objects.values_list("slug", flat=True)) == {"delivery"}


def test_domains_of_account_managers_are_kept_in_one_form() -> None:
    account_managers.set_domains([" Nordlys.DK", "nordlys.dk", "", "a.example"])
    assert account_managers.domains() == ["a.example", "nordlys.dk"]
    account_managers.set_domains([])
    assert account_managers.domains() == []
