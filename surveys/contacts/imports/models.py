"""An import of contacts: its file in parts, how far it is, what it refused and changed; and remembered matchings."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models import Company, Contact


class ImportState(models.TextChoices):
    """The state of an import."""

    NEW = "new", _("Not started")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    FINISHED = "finished", _("Finished")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


AT_WORK = (ImportState.RUNNING, ImportState.UNDOING)


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """The user's own imports; all for admins."""
        is_admin = user.is_at_least("admin") and user.survey_limit_id() is None
        return self if is_admin else self.filter(by=user)


class ContactImport(models.Model):
    """One import: what was recognised of its file, the matching, how far it is, and what came of it.

    `by` is null for one from the command line. `columns` maps each column to its target (rules/columns.py). All parts
    before `next_part` are done. The file, the faults and what an undo needs are deleted at `forgotten_at`.
    """

    name = models.CharField(_("file"), max_length=200)
    is_workbook = models.BooleanField(default=False)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    separator = models.CharField(_("separator"), max_length=1, blank=True)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ImportState.choices, default=ImportState.NEW)
    total = models.PositiveIntegerField(default=0)  # rows
    next_part = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    bad = models.PositiveIntegerField(_("bad"), default=0)
    warned = models.PositiveIntegerField(_("warnings"), default=0)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)  # reached or changed since, or not seen by who undid it
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = ContactImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of contacts")
        verbose_name_plural = _("imports of contacts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="contact_import_state_known")
        ]
        indexes = [
            # What a worker is to go on with.
            models.Index(
                fields=["id"],
                condition=models.Q(state=ImportState.RUNNING) | models.Q(state=ImportState.UNDOING),  # AT_WORK
                name="contact_import_at_work",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state} {self.total}"

    @property
    def done(self) -> int:
        """How many rows it has dealt with so far."""
        return self.made + self.changed + self.unchanged + self.bad

    @property
    def can_be_undone(self) -> bool:
        """Whether it changed something, and what an undo needs is there."""
        is_over = self.state in (ImportState.STOPPED, ImportState.FINISHED)
        return is_over and self.forgotten_at is None and bool(self.made or self.changed)


class ImportPart(models.Model):
    """Some rows of the file, so that any worker can read them: compressed JSON (parts.py)."""

    run = models.ForeignKey(ContactImport, models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="contact_import_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"


class ImportFault(models.Model):
    """What is wrong in one line: a code of rules/reasons.py, with the field and its value as given."""

    run = models.ForeignKey(ContactImport, models.CASCADE, related_name="faults", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    field = models.CharField(_("field"), max_length=60, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    code = models.CharField(max_length=20)
    detail = models.CharField(max_length=200, blank=True)
    is_warning = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "line", "id"], name="contact_import_faults")]

    def __str__(self) -> str:
        return f"{self.run_id}: line {self.line} {self.code}"


class ImportedContactQuerySet(models.QuerySet["ImportedContact"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Those of the imports that this user may see."""
        return self.filter(run__in=ContactImport.objects.visible_to(user))


class ImportedContact(models.Model):
    """A contact that an import met, and what an undo needs: whether it was made, else its fields before the change.

    `before` is null where nothing changed. `at` is the contact's changed_at since.
    """

    pk = models.CompositePrimaryKey("run_id", "contact_id")
    run = models.ForeignKey(
        ContactImport, models.CASCADE, related_name="contacts", db_index=False, db_constraint=False
    )  # written while the import's row is locked
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    line = models.PositiveIntegerField()
    is_made = models.BooleanField()
    before = models.JSONField(null=True)
    at = models.DateTimeField()

    objects = ImportedContactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.run_id}: {self.contact_id}"


class ImportedCompany(models.Model):
    """A company that an import made."""

    pk = models.CompositePrimaryKey("run_id", "company_id")
    run = models.ForeignKey(ContactImport, models.CASCADE, related_name="companies", db_index=False)
    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False, db_constraint=False)

    def __str__(self) -> str:
        return f"{self.run_id}: {self.company_id}"


class RememberedMatching(models.Model):
    """The columns' targets that were last chosen for this header line; `fingerprint` as rules/columns.py makes it."""

    fingerprint = models.CharField(max_length=64, unique=True)
    columns = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.fingerprint
