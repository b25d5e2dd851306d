from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0007_decisions_about_many"),
    ]

    operations = [
        migrations.AddField(
            model_name="responsechange",
            name="old_can_be_reached",
            field=models.BooleanField(null=True),
        ),
    ]
