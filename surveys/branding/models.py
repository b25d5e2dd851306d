"""The one row of the company's branding, and each logo that it ever had."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_LOGO_BYTES = 32 * 1024


class LogoKind(models.TextChoices):
    """What a logo's file is."""

    PNG = "png", "PNG"
    SVG = "svg", "SVG"


class Logo(models.Model):
    """A logo as customers get it. Rows stay when another takes their place: mails that were sent show them."""

    digest = models.CharField(primary_key=True, max_length=32, editable=False)  # of the content, part of the address
    kind = models.CharField(max_length=3, choices=LogoKind.choices)
    content = models.BinaryField()
    width = models.PositiveIntegerField()  # of an SVG the shape alone counts
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=LogoKind.values), name="logo_kind_known"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MOST_LOGO_BYTES), name="logo_within_32_kib"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest}.{self.kind}"


class Branding(models.Model):
    """How the company shows itself to customers. What is empty is as the product has it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    sender_name = models.CharField(
        _("name of the sender"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(r'^[^\x00-\x1f\x7f<>"@\\]*\Z', _('Leave out < > @ " and \\.'))],
    )
    accent = models.CharField(_("first colour"), max_length=7, blank=True)
    second = models.CharField(_("second colour"), max_length=7, blank=True)
    png = models.ForeignKey(Logo, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PNG")
    svg = models.ForeignKey(Logo, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="SVG")

    class Meta:
        verbose_name = _("branding")
        verbose_name_plural = _("branding")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="branding_once"),
            models.CheckConstraint(
                condition=models.Q(accent__regex="^(#[0-9a-f]{6})?$") & models.Q(second__regex="^(#[0-9a-f]{6})?$"),
                name="branding_colours_known",
            ),
        ]

    def __str__(self) -> str:
        return self.sender_name or "branding"

    @classmethod
    def current(cls) -> "Branding":
        """The row with its logos, without their content, or an empty one where there is none yet; one query."""
        rows = Branding.objects.select_related("png", "svg").defer("png__content", "svg__content")
        return rows.filter(pk=1).first() or Branding()

    @classmethod
    def locked(cls) -> "Branding":
        """The row, made when there is none, locked until the transaction ends."""
        Branding.objects.bulk_create([Branding()], ignore_conflicts=True)
        return Branding.objects.select_for_update().get(pk=1)
