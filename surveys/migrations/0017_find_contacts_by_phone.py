"""An index of contacts by the digits of their phone numbers, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0016_companies_of_the_contacts")]

    operations = [
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(
                models.Func(
                    models.Func(
                        "phone", models.Value("[^0-9]"), models.Value(""), models.Value("g"), function="regexp_replace"
                    ),
                    models.Value("^00"),
                    models.Value(""),
                    function="regexp_replace",
                    output_field=models.TextField(),
                ),
                condition=models.Q(("survey", None), models.Q(("phone", ""), _negated=True)),
                name="contact_phone_digits",
            ),
        ),
    ]
