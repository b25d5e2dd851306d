"""The made-up people: colleagues who work on tickets, and customers. Every address is at example.com."""
# ruff: noqa: E501  (lists of names)

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

TEAMS = {
    "Team North": ("marit.vos", "jonas.lind", "freja.holm"),
    "Team South": ("sam.okafor", "lotte.kramer", "emil.juhl"),
}
COLLEAGUES = {
    "marit.vos": ("Marit Vos", "manager", "nl"),
    "jonas.lind": ("Jonas Lind", "agent", "da"),
    "freja.holm": ("Freja Holm", "agent", "da"),
    "sam.okafor": ("Sam Okafor", "manager", "en"),
    "lotte.kramer": ("Lotte Kramer", "agent", "nl"),
    "emil.juhl": ("Emil Juhl", "agent", "da"),
    "nina.brandt": ("Nina Brandt", "viewer", "en"),
}
ACCOUNT_MANAGERS = ("jonas.lind@example.com", "lotte.kramer@example.com", "key.accounts@example.com")

_FIRST = {
    "en": [
        "Olivia",
        "Harry",
        "Amelia",
        "George",
        "Isla",
        "Noah",
        "Ava",
        "Arthur",
        "Grace",
        "Leo",
        "Ruby",
        "Oscar",
        "Ella",
        "Theo",
        "Martha",
        "Felix",
        "Nadia",
        "Imran",
    ],
    "nl": [
        "Sanne",
        "Daan",
        "Fleur",
        "Bram",
        "Lieke",
        "Sem",
        "Noor",
        "Thijs",
        "Femke",
        "Jelle",
        "Roos",
        "Koen",
        "Maud",
        "Wouter",
        "Esra",
        "Yusuf",
        "Anouk",
        "Gijs",
    ],
    "da": [
        "Ida",
        "Mads",
        "Freja",
        "Emil",
        "Søren",
        "Astrid",
        "Bjørn",
        "Karen",
        "Lærke",
        "Magnus",
        "Signe",
        "Åse",
        "Rasmus",
        "Maja",
        "Øyvind",
        "Nanna",
        "Ali",
        "Birthe",
    ],
}
_LAST = {
    "en": [
        "Whitfield",
        "Marsh",
        "Okoro",
        "Bennett",
        "Hargreaves",
        "Quinn",
        "Patel",
        "Lockwood",
        "Doyle",
        "Ashworth",
        "Sinclair",
        "Rahman",
    ],
    "nl": ["de Wit", "Bakker", "van der Meer", "Yilmaz", "Hoekstra", "Smits", "Verhagen", "Kuipers", "Prins", "Dekker"],
    "da": [
        "Kjær",
        "Thomsen",
        "Bæk",
        "Lauridsen",
        "Nygaard",
        "Skov",
        "Østergaard",
        "Friis",
        "Mørk",
        "Dahl",
        "Ravn",
        "Iversen",
    ],
}
_COMPANIES = {
    "en": ("Harbour & Finch", "Tilbury Lets", "Copperfield Cafés", "Mossgate Dental"),
    "nl": ("De Linde Makelaars", "Grachtenhof Hotels", "Studio Zilvermeer", "Praktijk Oostpoort"),
    "da": ("Havnens Bolig", "Fjordkontor ApS", "Café Lygten", "Tandlægerne Nørrebo"),
}
_COUNTRY = {"en": "gb", "nl": "nl", "da": "dk"}
_PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": ".", "'": ""})


@dataclass(frozen=True, slots=True)
class Customer:
    """A made-up customer."""

    name: str
    email: str
    phone: str
    language: str
    company: str
    plan: str
    account_manager: str
    value: Decimal

    @property
    def traits(self) -> dict[str, Any]:
        """Country, plan, and the company where there is one."""
        traits = {"country": _COUNTRY[self.language], "plan": self.plan}
        return traits | ({"company": self.company} if self.company else {})


def make_customer(random: Random, number: int, language: str) -> Customer:
    """A customer; the same random state and number give the same one. Phone numbers are of ranges given to nobody."""
    name = f"{random.choice(_FIRST[language])} {random.choice(_LAST[language])}"
    is_company = random.random() < 0.4
    phone = {
        "en": f"+44 1632 960{number % 1000:03d}",  # kept free for drama by Ofcom
        "nl": f"+31 6 0000 {number % 10000:04d}",
        "da": f"+45 00 00 {number // 100 % 100:02d} {number % 100:02d}",
    }[language]
    return Customer(
        name=name,
        email=f"{name.lower().translate(_PLAIN)}.{number}@example.com",
        phone=phone if random.random() < 0.8 else "",
        language=language,
        company=random.choice(_COMPANIES[language]) if is_company else "",
        plan="business" if is_company else "home",
        account_manager=random.choice(ACCOUNT_MANAGERS) if is_company and random.random() < 0.6 else "",
        value=Decimal(random.randrange(2_000, 60_000, 500) if is_company else random.randrange(80, 2_400, 20)),
    )
