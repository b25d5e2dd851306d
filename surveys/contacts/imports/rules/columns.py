"""Which column of a file is which field of a contact: guessed by name in three languages, or chosen by a person.

A column's target is the name of a field as the API calls it, `trait.<name>`, or empty: the column is left out.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from surveys.contacts.imports.errors import WrongMatching

TRAIT = "trait."
MOST_COLUMNS = 150  # a form with a choice for each must stay below the limit of fields
MOST_TRAITS = 50
LONGEST_TRAIT_NAME = 50
KNOWN_BY = ("external_id", "email", "phone")

FIELDS = {
    "external_id": _("your own number"),
    "email": _("e-mail address"),
    "phone": _("phone"),
    "name": _("name"),
    "language": _("language"),
    "company": _("company"),
    "account_manager": _("account manager"),
    "value": _("value a year"),
    "time_zone": _("time zone"),
    "ask_every_days": _("asked at most every so many days"),
    "do_not_contact": _("do not contact"),
    "last_asked_at": _("last asked"),
    "churned_at": _("left on"),
}
# What each field is called in files, as `_plain` writes it: English, Dutch, Danish.
_NAMES = {
    "external_id": "externalid customerid customernumber customerno clientid accountnumber accountid ownnumber"
    " yourownnumber number klantnummer klantnr klantid relatienummer debiteurnummer debiteurnr nummer"
    " kundenummer kundenr kundeid debitornummer debitornr",
    "email": "email emailaddress mail mailaddress eemail emailadres mailadres emailadresse mailadresse epost",
    "phone": "phone phonenumber telephone telephonenumber tel mobile mobilenumber cell cellphone telefoon"
    " telefoonnummer telefoonnr mobiel mobielnummer gsm telefon telefonnummer telefonnr tlf tlfnr mobil mobilnummer",
    "name": "name fullname customername contactname contact naam volledigenaam klantnaam contactpersoon navn"
    " fuldenavn kundenavn kontaktperson",
    "language": "language locale lang taal taalcode sprog sprogkode",
    "company": "company companyname organisation organization account accountname bedrijf bedrijfsnaam organisatie"
    " firma firmanavn virksomhed virksomhedsnavn",
    "account_manager": "accountmanager accountmanageremail owner manager accountbeheerder relatiebeheerder"
    " kundeansvarlig kontoansvarlig",
    "value": "value annualvalue valueayear yearlyvalue arr revenue annualrevenue waarde jaarwaarde omzet jaaromzet"
    " waardeperjaar vaerdi aarligvaerdi vaerdiomaret omsaetning aarsomsaetning",
    "time_zone": "timezone tz tijdzone tidszone",
    "ask_every_days": "askeverydays",
    "do_not_contact": "donotcontact nocontact optout nietbenaderen nietcontacteren geencontact maaikkekontaktes"
    " ingenkontakt",
    "last_asked_at": "lastaskedat lastasked lastsurveyed lastsurveyedat lastsent laatstgevraagd laatsteuitvraag"
    " senestspurgt sidstspurgt",
    "churned_at": "churnedat churned leftat left churndate enddate vertrokken opgezegd opgezegdop einddatum"
    " opsagt stoppet slutdato",
}
_BY_NAME = {name: field for field, names in _NAMES.items() for name in names.split()}
REASON = "reason"  # the column that the file of bad lines has more; it is left out when that is loaded again


def _plain(header: str) -> str:
    """Letters and digits alone, lower case, without accents."""
    text = header.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    text = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in text if sign.isalnum())


def heads(header: Sequence[str]) -> list[str]:
    """The column's names as they are shown and matched: one that is empty or repeated gets its number."""
    named = [" ".join(cell.split())[:200] for cell in header]
    often = Counter(named)
    return [name if name and often[name] == 1 else f"{name} #{number}".strip() for number, name in enumerate(named, 1)]


def fingerprint(header: Sequence[str]) -> str:
    """Of a header line, by which its matching is remembered."""
    words = [_plain(cell) for cell in header if cell.strip().lower() != REASON]
    return hashlib.sha256("\x1f".join(words).encode("utf-8", "replace")).hexdigest()


def guess(header: Sequence[str]) -> dict[str, str]:
    """The target of each column by its name: each field once, `trait.<name>` as it says, others left out.

    An export's head, such as "Plan (trait.plan)", is read again.
    """
    found: dict[str, str] = {}
    for name in heads(header):
        target = _target(name)
        found[name] = "" if target in found.values() else target
    return found


def trait_head(label: str, name: str) -> str:
    """The head of a trait's column in an export: what people call it, and what `guess` reads again."""
    return f"{label[:LONGEST_TRAIT_NAME]} ({TRAIT}{name})"


def _as_exported(head: str) -> str:
    """The target that `trait_head` wrote; any other head as it is."""
    _label, is_one, name = head.rpartition(f" ({TRAIT}")
    return f"{TRAIT}{name[:-1]}" if is_one and name.endswith(")") else head


def _target(head: str) -> str:
    name = _as_exported(head)
    if name.startswith(TRAIT):
        return name if is_target(name) else ""
    return name if name in FIELDS else _BY_NAME.get(_plain(re.sub(r" #[0-9]+$", "", name)), "")


def as_trait(name: str) -> str:
    """The target that makes a trait of a column with this name."""
    return f"{TRAIT}{_as_exported(name).removeprefix(TRAIT)[:LONGEST_TRAIT_NAME].strip()}"


def is_target(target: str) -> bool:
    """Whether it is a field, a trait that a contact may have, or empty."""
    trait = target.removeprefix(TRAIT) if target.startswith(TRAIT) else ""
    return not target or target in FIELDS or 0 < len(trait.strip()) <= LONGEST_TRAIT_NAME


def checked(header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The matching of all columns, those left out that `chosen` does not name. Raises: WrongMatching."""
    known = heads(header)
    for name, target in chosen.items():
        if name not in known:
            raise WrongMatching(_("The file has no column “%s”.") % name)
        if not is_target(target) or "\0" in target:
            raise WrongMatching(_("“%s” is no field of a customer.") % target)
    columns = {name: chosen.get(name, "") for name in known}
    targets = [_same(target) for target in columns.values() if target]
    for target, times in Counter(targets).items():
        if times > 1:
            raise WrongMatching(_("Two columns are matched with “%s”.") % target)
    if not any(target in KNOWN_BY for target in targets):
        raise WrongMatching(_("Match a column with your own number, the e-mail address or the phone number."))
    if sum(target.startswith(TRAIT) for target in targets) > MOST_TRAITS:
        raise WrongMatching(_("A customer has at most 50 traits."))
    return columns


def _same(target: str) -> str:
    """The company is a trait, too."""
    return "company" if target == f"{TRAIT}company" else target
