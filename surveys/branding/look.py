"""What customers' pages and mails take of the branding: the stylesheet, the logo's place, the colours of a mail.

Pages that are kept in memory read it anew (`fresh`), as each change of it raises the revision of all surveys. The
others take what was read within the last second (`shown`).
"""

import hashlib
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction

from surveys.branding import colours
from surveys.branding.colours import Tone
from surveys.branding.models import Branding, Logo

FRESH_S = 1.0
MOST_WIDTH, MOST_HEIGHT = 200, 48  # px in which a logo is shown
ADDRESS = "/branding/"
_SHEET_NAME = "css/customer.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ShownLogo:
    """A logo's address, without the site, and its size on a page."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Look:
    """The branding as templates take it. `sheet`: the address of the stylesheet; empty: the product's own."""

    sheet: str = ""
    logo: ShownLogo | None = None
    mail_logo: ShownLogo | None = None
    accent: Tone | None = None
    second: Tone | None = None
    sender_name: str = ""

    @property
    def mail_logo_address(self) -> str:
        """The address in a mail, which needs the whole of it."""
        return f"{settings.SITE_URL}{self.mail_logo.address}" if self.mail_logo else ""


def look_of(branding: Branding) -> Look:
    """The look of a branding whose logos are loaded; no query."""
    accent = colours.tone(branding.accent) if branding.accent else None
    second = colours.tone(branding.second) if branding.second else accent
    png, svg = _shown(branding.png), _shown(branding.svg)
    sheet = ""
    if accent or second or png or svg:
        sheet = f"{ADDRESS}{digest_of(sheet_of(accent, second).encode())}.css"
    return Look(sheet, svg or png, png, accent, second, branding.sender_name)


def _shown(logo: Logo | None) -> ShownLogo | None:
    if logo is None:
        return None
    ratio = min(MOST_WIDTH / logo.width, MOST_HEIGHT / logo.height)
    if logo.kind == "png":
        ratio = min(ratio, 1)
    width, height = (max(1, round(side * ratio)) for side in (logo.width, logo.height))
    return ShownLogo(f"{ADDRESS}{logo.digest}.{logo.kind}", width, height)


def digest_of(content: bytes) -> str:
    """What an address says of its content."""
    return hashlib.sha256(content).hexdigest()[:32]


@lru_cache(maxsize=16)
def sheet_of(accent: Tone | None, second: Tone | None) -> str:
    """The customers' stylesheet with the company's colours in it, so that a page still needs one request for it."""
    named = {name: tone for name, tone in (("accent", accent), ("second", second)) if tone}
    light = ";".join(f"--{name}:{tone.light.colour}" for name, tone in named.items())
    dark = ";".join(f"--{name}:{tone.dark.colour}" for name, tone in named.items())
    rules = [_plain_sheet(), ".head img{display:block;max-inline-size:100%;block-size:auto}"]
    if light:
        rules.append(f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}")
        rules.append(".head{color:var(--second)}.head,.promise{border-color:var(--second)}")
    # On dark paper a logo that was drawn for white stands on a light plate.
    plate = f".head img{{background:{colours.LIGHT_GROUND};box-sizing:content-box;padding:6px 8px;border-radius:4px}}"
    rules.append(f"@media (prefers-color-scheme:dark){{{plate}}}")
    return "\n".join(rules)


@lru_cache(maxsize=1)
def _plain_sheet() -> str:
    text = (settings.STATICFILES_DIRS[0] / _SHEET_NAME).read_text()
    return "\n".join(line for line in map(str.strip, _COMMENT.sub("", text).splitlines()) if line)


def fresh() -> Look:
    """The look as it is now; one query."""
    return look_of(Branding.current())


_seen: tuple[float, Look] | None = None


def shown() -> Look:
    """The look as it was within the last second; mostly no query. A change in this process shows at once."""
    global _seen
    if _seen is None or time.monotonic() - FRESH_S >= _seen[0]:
        read_at = time.monotonic()
        _seen = read_at, fresh()
    return _seen[1]


def forget_all() -> None:
    """Have nothing in memory."""
    global _seen
    _seen = None


def forget(**_signal: Any) -> None:
    """Read it anew: called when it is changed, and once more when that is committed."""
    forget_all()
    transaction.on_commit(forget_all)
