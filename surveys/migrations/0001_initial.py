import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import surveys.models.survey
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(blank=True, max_length=254, null=True, verbose_name="e-mail address")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="your own number"),
                ),
                (
                    "account_manager",
                    models.EmailField(
                        blank=True, help_text="An e-mail address.", max_length=254, verbose_name="account manager"
                    ),
                ),
                ("traits", models.JSONField(blank=True, default=dict, verbose_name="traits")),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="value a year"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="contact_email_once"),
                    models.UniqueConstraint(fields=("external_id",), name="contact_external_id_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("revoked", "Revoked"),
                        ],
                        default="created",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("send_at", models.DateTimeField(blank=True, null=True, verbose_name="send at")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="surveys.contact"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission", models.UUIDField(editable=False, null=True, unique=True)),
                ("score", models.SmallIntegerField(verbose_name="score")),
                (
                    "group",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(score__lte=6, then=models.Value("detractor")),
                            models.When(score__lte=8, then=models.Value("passive")),
                            default=models.Value("promoter"),
                        ),
                        output_field=models.CharField(
                            choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                            max_length=9,
                        ),
                        verbose_name="group",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=10000, verbose_name="comment")),
                (
                    "comment_words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                language="en",
                                then=django.contrib.postgres.search.SearchVector("comment", config="english"),
                            ),
                            models.When(
                                language="nl",
                                then=django.contrib.postgres.search.SearchVector("comment", config="dutch"),
                            ),
                            models.When(
                                language="da",
                                then=django.contrib.postgres.search.SearchVector("comment", config="danish"),
                            ),
                            default=django.contrib.postgres.search.SearchVector("comment", config="simple"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "Public link"),
                            ("personal", "Personal link"),
                            ("api", "API"),
                            ("import", "Import"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("provisional", "Provisional"),
                            ("confirmed", "Confirmed"),
                            ("discarded", "Discarded"),
                        ],
                        default="confirmed",
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("traits", models.JSONField(blank=True, default=dict, verbose_name="traits")),
                ("contact_name", models.CharField(blank=True, max_length=200, verbose_name="name as typed")),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address as typed"),
                ),
                ("contact_phone", models.CharField(blank=True, max_length=40, verbose_name="phone as typed")),
                ("answered_at", models.DateTimeField(verbose_name="answered")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("is_imported", models.BooleanField(default=False)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses",
                        to="surveys.contact",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="followed_by",
                        to="surveys.response",
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="response",
                        to="surveys.invitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="asked_again",
                to="surveys.response",
            ),
        ),
        migrations.CreateModel(
            name="ResponseChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("old_score", models.SmallIntegerField()),
                ("new_score", models.SmallIntegerField()),
                ("old_comment", models.TextField(blank=True)),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="surveys.response"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.CharField(
                        help_text="Part of the link: /s/short-name/",
                        max_length=64,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:-[a-z0-9]+)*\\Z", "Use a-z, 0-9 and single hyphens."
                            )
                        ],
                        verbose_name="short name",
                    ),
                ),
                ("name", models.CharField(help_text="For your own people.", max_length=200, verbose_name="name")),
                (
                    "brand",
                    models.CharField(help_text="The name that customers know.", max_length=100, verbose_name="brand"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("paused", "Paused"), ("closed", "Closed")],
                        default="draft",
                        max_length=6,
                        verbose_name="status",
                    ),
                ),
                (
                    "default_language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")],
                        default="en",
                        max_length=5,
                        verbose_name="first language",
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")], max_length=5
                        ),
                        default=surveys.models.survey.default_languages,
                        size=None,
                        verbose_name="languages",
                    ),
                ),
                (
                    "allowed_traits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="traits taken from the link",
                    ),
                ),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="closes")),
                (
                    "edit_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="days in which an answer may be changed"),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "survey",
                "verbose_name_plural": "surveys",
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField(
            model_name="response",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="responses", to="surveys.survey"
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rating", "1 to 5"), ("choice", "One of a list"), ("text", "Words")],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("texts", models.JSONField(default=dict, help_text='By language: {"en": "…"}', verbose_name="texts")),
                (
                    "options",
                    models.JSONField(
                        blank=True, default=dict, help_text='By language: {"en": ["…"]}', verbose_name="options"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="asked")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "extra question",
                "verbose_name_plural": "extra questions",
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="surveys.survey"
            ),
        ),
        migrations.CreateModel(
            name="SurveyWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("question", models.CharField(max_length=300, verbose_name="the question")),
                ("low_label", models.CharField(max_length=60, verbose_name="label of 0")),
                ("high_label", models.CharField(max_length=60, verbose_name="label of 10")),
                ("ask_detractor", models.CharField(max_length=300, verbose_name="asked after 0-6")),
                ("ask_passive", models.CharField(max_length=300, verbose_name="asked after 7-8")),
                ("ask_promoter", models.CharField(max_length=300, verbose_name="asked after 9-10")),
                ("ask_any", models.CharField(max_length=300, verbose_name="asked when the score is not known")),
                ("thanks_detractor", models.TextField(max_length=1000, verbose_name="thank-you after 0-6")),
                ("thanks_passive", models.TextField(max_length=1000, verbose_name="thank-you after 7-8")),
                ("thanks_promoter", models.TextField(max_length=1000, verbose_name="thank-you after 9-10")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="words", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "words of a survey",
                "verbose_name_plural": "words of surveys",
            },
        ),
        migrations.AddField(
            model_name="response",
            name="words",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="surveys.surveywords",
            ),
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "survey_id", "day", "score", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("score", models.SmallIntegerField()),
                ("count", models.IntegerField(default=0)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.survey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TallyZone",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="tally_zone_only_one")],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.TextField()),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="surveys.question"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="surveys.response"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("response", "question"), name="answer_once_per_question")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "live", "paused", "closed"])), name="survey_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("languages__contained_by", ["en", "nl", "da"]), ("languages__len__gte", 1)),
                name="survey_languages_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("languages__contains", [models.F("default_language")])),
                name="survey_default_language_spoken",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["rating", "choice", "text"])), name="question_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["created", "sent", "answered", "revoked"])),
                name="invitation_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveywords",
            constraint=models.UniqueConstraint(
                fields=("survey", "language", "version"), name="survey_words_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(condition=models.Q(("processed_at", None)), fields=["id"], name="response_unprocessed"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["survey", "answered_at"], name="response_survey_answered"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["score", "id"], name="response_score_id"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=django.contrib.postgres.indexes.GinIndex(fields=["comment_words"], name="response_comment_words"),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__range", (0, 10))), name="response_score_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["provisional", "confirmed", "discarded"])),
                name="response_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["link", "personal", "api", "import"])),
                name="response_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(condition=models.Q(("score__range", (0, 10))), name="tally_score_range"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(condition=models.Q(("count__gte", 0)), name="tally_count_not_negative"),
        ),
    ]
