"""What the translation checks find, on small catalogs and templates of their own."""

from pathlib import Path

import catalogs
import check_translations
import pytest
import template_words
from babel.messages.catalog import Message


def entries(body: str) -> str:
    return catalogs.normal(f'msgid ""\nmsgstr ""\n\n{body}', "nl")


def found(body: str, *wanted: str, may_stay: set[str] | None = None) -> list[str]:
    keys = {("", text, "") for text in wanted}
    return check_translations.check_catalog("nl.po", entries(body), "nl", keys, may_stay or set())


def test_a_full_translation_has_no_faults() -> None:
    assert found('msgid "Hello %(name)s"\nmsgstr "Dag %(name)s"\n', "Hello %(name)s") == []


def test_an_empty_translation_is_named_with_its_line() -> None:
    assert found('msgid "Send"\nmsgstr ""\n', "Send") == ["nl.po:10: not translated: 'Send'"]


def test_a_fuzzy_translation_is_a_fault() -> None:
    assert found('#, fuzzy\nmsgid "Send"\nmsgstr "Sturen"\n', "Send") == ["nl.po:11: fuzzy: 'Send'"]


def test_a_text_that_the_source_has_and_the_catalog_has_not() -> None:
    assert found('msgid "Send"\nmsgstr "Sturen"\n', "Send", "Call") == ["nl.po: not collected yet: 'Call'"]


def test_a_text_that_left_the_source() -> None:
    assert found('msgid "Send"\nmsgstr "Sturen"\n') == ["nl.po: no longer in the source: 'Send'"]


def test_obsolete_entries_are_a_fault() -> None:
    assert found('#~ msgid "Send"\n#~ msgstr "Sturen"\n') == ["nl.po: obsolete entries"]


def test_a_translation_equal_to_its_english_counts_as_missing_unless_listed() -> None:
    body = 'msgid "Team"\nmsgstr "Team"\n'
    assert found(body, "Team") == ["nl.po:10: same as the English: 'Team'"]
    assert found(body, "Team", may_stay={"Team"}) == []


def test_a_text_without_words_may_stay_as_it_is() -> None:
    assert found('msgid "%(n)s–%(m)s"\nmsgstr "%(n)s–%(m)s"\n', "%(n)s–%(m)s") == []


@pytest.mark.parametrize(
    ("english", "dutch", "fits"),
    [
        ("Due in %(hours)d h", "Over %(hours)d u", True),
        ("Due in %(hours)d h", "Over %(uren)d u", False),
        ("Due in %(hours)d h", "Over %(hours)s u", False),
        ("Due in %(hours)d h", "Straks", False),
        ("Hello {name}", "Dag {name}", True),
        ("Hello {name}", "Dag {naam}", False),
        ("Hello {name}", "Dag {name} {name}", False),
        ("%s of %s", "%s van %s", True),
        ("%s of %s", "%s", False),
        ("100%% sure about %(what)s", "Zeker van %(what)s", True),
    ],
)
def test_placeholders_must_be_the_same(english: str, dutch: str, fits: bool) -> None:
    faults = check_translations.faults(Message(english, dutch), set())
    assert faults == ([] if fits else [f"placeholders differ: {dutch!r}"])


@pytest.mark.parametrize(
    ("one", "many", "fits"),
    [
        ("Eén ticket", "%(n)s tickets", True),
        ("%(n)s bon", "%(n)s bonnen", True),
        ("Eén bon", "Veel bonnen", False),
        ("%(m)s bon", "%(n)s bonnen", False),
    ],
)
def test_the_singular_may_leave_out_the_number_and_the_plural_may_not(one: str, many: str, fits: bool) -> None:
    message = Message(("One ticket", "%(n)s tickets"), (one, many))
    assert (check_translations.faults(message, {"%(n)s tickets"}) == []) is fits


def test_two_rooms_may_not_translate_one_text_in_two_ways() -> None:
    first = catalogs.messages(catalogs.read(entries('msgid "Owner"\nmsgstr "Eigenaar"\n'), "nl"))
    other = catalogs.messages(catalogs.read(entries('msgid "Owner"\nmsgstr "Bezitter"\n'), "nl"))
    assert check_translations.check_agreement({"a.po": first, "b.po": first}) == []
    assert check_translations.check_agreement({"a.po": first, "b.po": other}) == [
        "b.po:10: translated otherwise in a.po: 'Owner'"
    ]


def test_the_list_of_english_words_is_read_by_language() -> None:
    text = "# a remark\n[all]\nWinback\n\n[nl]\nTeam\nOne\\ntwo\n"
    assert check_translations.same_in_english(text) == {"all": {"Winback"}, "nl": {"Team", "One\ntwo"}}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small product: one text in a module, one in a template of surveys, one in a shared template."""
    (tmp_path / "surveys").mkdir()
    (tmp_path / "surveys" / "words.py").write_text(
        'from django.utils.translation import gettext as _\n\nSEND = _("Send")\n'
    )
    for name, text in (
        ("surveys/page.html", "Thank you"),
        ("followup/desk/queue/desk.html", "Call now"),
        ("base.html", "Menu"),
    ):
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{{% load i18n %}}<p>{{% translate "{text}" %}}</p>')
    return tmp_path


@pytest.mark.parametrize(
    ("room", "texts"), [("surveys", {"Send", "Thank you"}), ("followup", {"Call now"}), ("nps_project", {"Menu"})]
)
def test_each_word_lies_in_the_catalog_of_its_room(checkout: Path, room: str, texts: set[str]) -> None:
    fresh = catalogs.extract(checkout, room, ("nl",))["nl"]
    assert {key[1] for key in catalogs.messages(catalogs.read(fresh, "nl"))} == texts


def test_collecting_keeps_translations_and_a_second_time_changes_nothing(checkout: Path) -> None:
    po = catalogs.catalog_path(checkout, "surveys", "nl")
    po.parent.mkdir(parents=True)
    first = catalogs.extract(checkout, "surveys", ("nl",))["nl"]
    assert "POT-Creation-Date" not in first
    po.write_text(first.replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "Versturen"'))
    second = catalogs.extract(checkout, "surveys", ("nl",))["nl"]
    assert '"Versturen"' in second
    assert po.read_text() == second


def test_the_whole_check_names_what_is_missing_and_what_is_stale(checkout: Path) -> None:
    texts = {"nl": {"Send": "Versturen", "Thank you": "Dank u", "Call now": "Bel nu", "Menu": "Menu"}}
    texts["da"] = {"Send": "Send", "Thank you": "Tak", "Call now": "Ring nu", "Menu": "Menu"}
    for room in catalogs.ROOMS:
        for language, text in catalogs.extract(checkout, room, catalogs.LANGUAGES).items():
            for english, translated in texts[language].items():
                text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{translated}"')
            po = catalogs.catalog_path(checkout, room, language)
            po.parent.mkdir(parents=True)
            po.write_text(text)
            po.with_suffix(".mo").write_bytes(catalogs.compiled(po))
    same = {"all": {"Menu"}, "nl": set[str](), "da": {"Send"}}
    assert check_translations.check(checkout, same) == []

    po = catalogs.catalog_path(checkout, "followup", "da")
    po.write_text(po.read_text().replace("Ring nu", "Ring op"))
    (checkout / "templates" / "followup" / "new.html").write_text('{% load i18n %}{% translate "Wait" %}')
    catalogs.catalog_path(checkout, "nps_project", "nl", ".mo").unlink()
    same["nl"].add("Nowhere")
    assert sorted(check_translations.check(checkout, same)) == [
        "followup/locale/da/LC_MESSAGES/django.mo: is not what its .po compiles to",
        "followup/locale/da/LC_MESSAGES/django.po: not collected yet: 'Wait'",
        "followup/locale/nl/LC_MESSAGES/django.po: not collected yet: 'Wait'",
        "nps_project/locale/nl/LC_MESSAGES/django.mo: not compiled",
        "same_in_english.txt: [nl] 'Nowhere' is not in the source",
    ]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<p>{% translate "Hello" %}</p>', []),
        ("<p>{% blocktranslate with n=3 %}\n{{ n }} answers\n{% endblocktranslate %}</p>", []),
        ("<p>Winback · 12 %</p>", []),
        ("<p>\n  Hello there\n</p>", [(2, "Hello there")]),
        ("<p>{{ n }} h</p>", [(1, "h")]),
        ('<img alt="A chart" src="x.svg">', [(1, "A chart")]),
        ('<a aria-label="{% translate "Open" %}" href="/desk/">1</a>', []),
        ('<input type="submit" value="Send"><input type="text" value="x">', [(1, "Send")]),
        ('<div {% if a %}class="b"{% endif %} title="Late">', [(1, "Late")]),
        ("{# a remark #}{% comment %}words{% endcomment %}<!-- words --><script>var a;</script>", []),
        ("<p>&nbsp;&times;&nbsp;</p>", []),
        ("Winbackery", [(1, "Winbackery")]),
    ],
)
def test_words_in_a_template_outside_a_translation_are_found(template: str, expected: list[tuple[int, str]]) -> None:
    assert template_words.untranslated(template, {"Winback"}) == expected
