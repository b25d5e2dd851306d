"""A survey's own words after 0-6 stay for each band of them. Where they were the standard ones, the new bands are left
empty, which stands for the standard words of each."""

from typing import Any

from django.db import migrations

STANDARD = {
    "ask": {
        "en": "We are sorry. What went wrong, and what should we do about it?",
        "nl": "Dat spijt ons. Wat ging er mis, en wat kunnen we eraan doen?",
        "da": "Det er vi kede af. Hvad gik galt, og hvad skal vi gøre ved det?",
    },
    "thanks": {
        "en": "Thank you for being honest with us. We are sorry that we let you down.",
        "nl": "Dank u wel voor uw eerlijke antwoord. Het spijt ons dat we u hebben teleurgesteld.",
        "da": "Tak for din ærlighed. Vi er kede af, at vi skuffede dig.",
    },
}


def keep_own_words(apps: Any, schema_editor: Any) -> None:
    """Versions that answers were given to keep their words, too: the newest alone may have the new standard."""
    texts = apps.get_model("surveys", "SurveyTexts").objects.using(schema_editor.connection.alias)
    newest = set(
        texts.order_by("survey_id", "language", "-version")
        .distinct("survey_id", "language")
        .values_list("pk", flat=True)
    )
    for row in texts.iterator():
        for kind in ("ask", "thanks"):
            own = getattr(row, f"{kind}_0_2")
            if row.pk in newest and own == STANDARD[kind].get(row.language):
                continue
            for band in ("3_4", "5_6"):
                if not getattr(row, f"{kind}_{band}"):
                    setattr(row, f"{kind}_{band}", own)
        row.save(update_fields=["ask_3_4", "thanks_3_4", "ask_5_6", "thanks_5_6"])


class Migration(migrations.Migration):
    dependencies = [("surveys", "0035_words_by_band")]

    operations = [migrations.RunPython(keep_own_words, migrations.RunPython.noop)]
