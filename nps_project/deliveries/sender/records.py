"""Read the records of SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489). Pure: text in, meaning out."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from publicsuffixlist import PublicSuffixList

MOST_LOOKUPS = 10  # that SPF allows (RFC 7208, 4.6.4)
_COUNTED = ("include:", "exists:", "redirect=")
_COUNTED_PLAIN = re.compile(r"(a|mx|ptr)([:/].*)?")


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def organization(domain: str) -> str:
    """The domain that somebody registered: example.co.uk of mail.example.co.uk; the domain itself where unknown."""
    return _suffixes().privatesuffix(domain) or domain


def is_aligned(domain: str, other: str, *, is_strict: bool) -> bool:
    """Whether DMARC takes two domains for one: the same, or (relaxed) of the same organization."""
    return domain == other if is_strict else organization(domain) == organization(other)


def spf_records(texts: Iterable[str]) -> list[str]:
    """The SPF records among TXT records; a domain may have one."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def _terms(record: str) -> list[str]:
    return record.lower().split()[1:]


def spf_follows(record: str) -> list[str]:
    """The domains whose SPF records belong to this one; those with macros are left out."""
    found = [term.lstrip("+-~?") for term in _terms(record)]
    names = [term.partition(sign)[2] for term in found for sign in (":", "=")
             if term.startswith((f"include{sign}", f"redirect{sign}"))]  # fmt: skip
    return [name for name in names if name and "%" not in name]


def spf_lookups(domain: str, texts: Mapping[str, list[str] | None]) -> int:
    """How many look-ups a receiver makes for the SPF of a domain, as far as its records are known."""
    waiting, seen, count = [domain], set[str](), 0
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for record in spf_records(texts.get(name) or [])[:1]:
            terms = [term.lstrip("+-~?") for term in _terms(record)]
            count += sum(term.startswith(_COUNTED) or bool(_COUNTED_PLAIN.fullmatch(term)) for term in terms)
            waiting += spf_follows(record)
    return count


def lets_everybody_send(record: str) -> bool:
    """Whether an SPF record allows every server."""
    return bool({"all", "+all"} & set(_terms(record)))


def tags(record: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record."""
    parts = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in parts if sign}


def dkim_keys(texts: Iterable[str]) -> list[dict[str, str]]:
    """The DKIM keys among TXT records; the version may be left out."""
    return [found for text in texts if "p" in (found := tags(text)) and found.get("v", "DKIM1").upper() == "DKIM1"]


def key_bits(key: Mapping[str, str]) -> int | None:
    """The length of an RSA key; None for another kind, 0 for one that cannot be read."""
    if key.get("k", "rsa").lower() != "rsa":
        return None
    try:
        read = load_der_public_key(base64.b64decode(re.sub(r"\s", "", key["p"])))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return 0
    return read.key_size if isinstance(read, RSAPublicKey) else 0


def dmarc_records(texts: Iterable[str]) -> list[dict[str, str]]:
    """The DMARC records among TXT records; a domain may have one."""
    return [tags(text) for text in texts if re.match(r"v\s*=\s*dmarc1\s*(;|$)", text, re.IGNORECASE)]
