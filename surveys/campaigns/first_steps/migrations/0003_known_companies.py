"""An installation that has answers is not asked who runs it: its first survey's brand says so."""

from typing import Any

from django.db import migrations


def know(apps: Any, schema_editor: Any) -> None:
    """The currency stays empty, as it was."""
    using = schema_editor.connection.alias
    survey = apps.get_model("surveys", "Survey").objects.using(using).order_by("pk").first()
    if survey is not None and apps.get_model("surveys", "Response").objects.using(using).exists():
        companies = apps.get_model("first_steps", "OwnCompany").objects.using(using)
        companies.get_or_create(pk=1, defaults={"name": survey.brand, "language": survey.default_language})


class Migration(migrations.Migration):
    dependencies = [("first_steps", "0002_own_company"), ("surveys", "0036_own_words_stay")]

    operations = [migrations.RunPython(know, migrations.RunPython.noop)]
