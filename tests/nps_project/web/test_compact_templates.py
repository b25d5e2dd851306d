"""What compacting takes out of a template, and what it leaves."""

import pytest
from django.template import engines
from django.template.loader import get_template

from nps_project.web.compact_templates import compact


@pytest.mark.parametrize(
    ("written", "served"),
    [
        # Between two pieces of markup.
        ("<p>\n  <b>x</b>\n</p>\n", "<p><b>x</b></p>"),
        ("<p>\n  {{ name }}\n</p>", "<p>{{ name }}</p>"),
        ("{% if a %}\n  {{ b }}\n{% else %}\n  {# none #}\n{% endif %}\n",
         "{% if a %}{{ b }}{% else %}{# none #}{% endif %}"),
        ("<ul>\r\n\r\n\t<li>x</li>  \r\n</ul>", "<ul><li>x</li></ul>"),
        ("\n\n<p>x</p>\n\n", "<p>x</p>"),
        ("<!doctype html>\n<html>\n<!-- why -->\n</html>", "<!doctype html><html><!-- why --></html>"),
        # A space in one line with both.
        ("{{ name }} <span>x</span>", "{{ name }} <span>x</span>"),
        ("{{ name }}\n{# space #} <span>x</span>", "{{ name }}{# space #} <span>x</span>"),
        ("{% if more %} {{ more }}{% endif %}", "{% if more %} {{ more }}{% endif %}"),
        # Beside words.
        ("<p>one\n  two\n  <b>three</b>, four</p>", "<p>one two <b>three</b>, four</p>"),
        ("one\n", "one"),
        # Inside a tag.
        ('<a class="x"\n   href="y"\n>\n  z\n</a>', '<a class="x" href="y"> z </a>'),
        ('<input\n  {% if a > b %}checked{% endif %}\n/>', "<input {% if a > b %}checked{% endif %}/>"),
        ('<p class="{% if a == "x" %}b{% endif %}"\n  title="1 > 0">\n  <b>x</b></p>',
         '<p class="{% if a == "x" %}b{% endif %}" title="1 > 0"><b>x</b></p>'),
        # What keeps its white space.
        ("<pre>\n  a\n    {{ b }}\n</pre>\n<p>x</p>", "<pre>\n  a\n    {{ b }}\n</pre><p>x</p>"),
        ('<textarea rows="4"\n  id="x">\n{{ value }}</textarea>', '<textarea rows="4" id="x">\n{{ value }}</textarea>'),
        ("<script>\n  if (a <b) c();\n</script>\n<p>x</p>", "<script>\n  if (a <b) c();\n</script><p>x</p>"),
        ("<style>\na { b: c }\n</style>\n</head>", "<style>\na { b: c }\n</style></head>"),
        ("{% blocktranslate %}\n  one\n  <b>two</b>\n{% endblocktranslate %}\n<p>x</p>",
         "{% blocktranslate %}\n  one\n  <b>two</b>\n{% endblocktranslate %}<p>x</p>"),
        ("{% blocktranslate count n=n %}a{% plural %}b\n{% endblocktranslate %}",
         "{% blocktranslate count n=n %}a{% plural %}b\n{% endblocktranslate %}"),
        ("{% verbatim %}\n<p>\n</p>{% endverbatim %}", "{% verbatim %}\n<p>\n</p>{% endverbatim %}"),
        # A name that only begins so keeps nothing.
        ("<preface>\n  <b>x</b>\n</preface>", "<preface><b>x</b></preface>"),
        # What is no tag is words.
        ("<p>1 < 2\n  and 3</p>", "<p>1 < 2 and 3</p>"),
        ("<textarea>\n\n", "<textarea>\n\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_line_breaks_that_only_the_file_needs_are_left_out(written: str, served: str) -> None:
    assert compact(written) == served
    assert compact(served) == served, "compacting twice is compacting once"


def test_a_page_is_served_compacted_and_a_plain_mail_as_it_was_written() -> None:
    page = get_template("errors/404.html").render()
    assert "\n" not in page.partition("<body>")[2].strip()

    mail = get_template("emails/ticket_overdue/body.txt").render({"score": 3, "customer": "Bo"})
    assert "\n\n" in mail


def test_templates_of_other_packages_stay_as_they_are() -> None:
    admin = engines["django"].get_template("admin/login.html")
    assert "\n" in admin.template.source  # type: ignore[attr-defined]  # of Django's own backend
