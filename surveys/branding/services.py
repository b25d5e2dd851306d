"""Change the branding. Each change raises the revision of all surveys: pages and mails in memory are made anew."""

from collections.abc import Mapping
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from surveys.branding import look, png, svg, svg_expanding
from surveys.branding.models import MOST_LOGO_BYTES, Branding, Logo, LogoKind
from surveys.contacts import lookup
from surveys.models import Survey


@transaction.atomic
def save_branding(values: Mapping[str, str]) -> Branding:
    """Set colours and the sender's name. Raises: ValidationError."""
    branding = Branding.locked()
    for name in ("sender_name", "accent", "second"):
        setattr(branding, name, values[name])
    return _store(branding)


@transaction.atomic
def save_logo(raw: bytes) -> Logo:
    """Make an uploaded file safe, and show it from now on. Raises: ValidationError, which says what is wrong."""
    kind, picture = _safe(raw)
    found = Logo(
        digest=look.digest_of(picture.content), kind=kind, content=picture.content, width=picture.width,
        height=picture.height,
    )  # fmt: skip
    Logo.objects.bulk_create([found], ignore_conflicts=True)
    branding = Branding.locked()
    setattr(branding, kind.value, found)
    _store(branding)
    return found


@transaction.atomic
def remove_logo(kind: LogoKind) -> None:
    """Show this logo no more. Mails that were sent keep it."""
    branding = Branding.locked()
    setattr(branding, kind.value, None)
    _store(branding)


def _store(branding: Branding) -> Branding:
    branding.full_clean(validate_unique=False, validate_constraints=False)
    branding.save()
    Survey.objects.update(revision=F("revision") + 1)
    look.forget()
    lookup.forget()
    return branding


def _safe(raw: bytes) -> tuple[LogoKind, png.Picture]:
    if len(raw) > MOST_LOGO_BYTES:
        _refuse(_("The file has %(size)s KiB; at most 32 KiB are allowed.") % {"size": -(-len(raw) // 1024)})
    kind = LogoKind.PNG if raw.startswith(png.SIGNATURE) else LogoKind.SVG
    try:
        picture = png.rewritten(raw) if kind == LogoKind.PNG else svg.rewritten(raw)
    except svg.Refused as error:
        _refuse(
            _("The SVG has %(part)s in it, which a logo may not have: it must neither act nor fetch anything. "
              "Export it as plain shapes, or take a PNG.") % {"part": error}
        )  # fmt: skip
    except svg_expanding.Expands:
        _refuse(
            _("The SVG draws parts of itself again and again (<use>), more often than a logo needs. "
              "Export it as plain shapes, or take a PNG.")
        )  # fmt: skip
    except png.NotAPicture:
        if kind == LogoKind.PNG:
            _refuse(
                _("This PNG is broken, or larger than %(side)d pixels on a side. Export it anew.")
                % {"side": png.MOST_SIDE}
            )
        _refuse(_("This file is neither a PNG nor an SVG that can be read. Choose a PNG or an SVG."))
    if len(picture.content) > MOST_LOGO_BYTES:
        _refuse(_("Written anew, the picture is larger than 32 KiB. Make it smaller."))
    return kind, picture


def _refuse(words: str) -> NoReturn:
    raise ValidationError({"logo": words})
