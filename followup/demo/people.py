"""The made-up people: colleagues who work on tickets, and customers. Every address is at example.com."""
# ruff: noqa: E501  (lists of names)

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

TEAMS = {
    "Deliveries": ("marit.vos", "jonas.lind", "freja.holm", "priya.shah", "daan.postma"),
    "Customer service": ("sam.okafor", "lotte.kramer", "emil.juhl", "hannah.reid"),
    "Members and business": ("ellen.bakke", "lotte.kramer", "jonas.lind", "priya.shah"),
}
COLLEAGUES = {
    "marit.vos": ("Marit Vos", "manager", "nl"),
    "sam.okafor": ("Sam Okafor", "manager", "en"),
    "ellen.bakke": ("Ellen Bakke", "manager", "da"),
    "jonas.lind": ("Jonas Lind", "agent", "da"),
    "freja.holm": ("Freja Holm", "agent", "da"),
    "emil.juhl": ("Emil Juhl", "agent", "da"),
    "lotte.kramer": ("Lotte Kramer", "agent", "nl"),
    "daan.postma": ("Daan Postma", "agent", "nl"),
    "priya.shah": ("Priya Shah", "agent", "en"),
    "hannah.reid": ("Hannah Reid", "agent", "en"),
    "nina.brandt": ("Nina Brandt", "viewer", "en"),
}
_ACCOUNT_MANAGERS = {
    "en": ("priya.shah@example.com", "hannah.reid@example.com", "key.accounts@example.com"),
    "nl": ("lotte.kramer@example.com", "daan.postma@example.com"),
    "da": ("jonas.lind@example.com", "freja.holm@example.com"),
}

_FIRST = {
    "en": "Olivia Harry Amelia George Isla Noah Ava Arthur Grace Leo Ruby Oscar Ella Theo Martha Felix Nadia Imran Chloe "
    "Callum Megan Rhys Bethan Duncan Fiona Gareth Heather Ian Joanne Kieran Laura Malcolm Niamh Owen Poppy Quentin "
    "Rosie Stuart Tessa Umar Violet Wendy Zara Barnaby Colin Denise Elliot Frances Gwen Hugh Jasmine Keith Lydia "
    "Maureen Nigel Patrick Rachel Simon Trevor Yasmin",
    "nl": "Sanne Daan Fleur Bram Lieke Sem Noor Thijs Femke Jelle Roos Koen Maud Wouter Esra Yusuf Anouk Gijs Marijke "
    "Henk Ineke Joop Karin Lars Mirjam Niels Petra Quinten Renske Sjoerd Tineke Ursula Vera Willem Yvonne Arjen Bianca "
    "Corné Dirk Eline Frank Gerda Hans Iris Jeroen Kim Luuk Marleen Naomi Olaf Pieter Rianne Stefan Truus Vincent Wilma "
    "Samira Farid Priscilla Tjitske",
    "da": "Ida Mads Freja Emil Søren Astrid Bjørn Karen Lærke Magnus Signe Åse Rasmus Maja Øyvind Nanna Ali Birthe Anders "
    "Bente Christian Dorte Erik Fie Gitte Henrik Inge Jeppe Kirsten Lone Mikkel Nina Ole Pernille Rikke Steen Tove Ulla "
    "Viggo Winnie Yrsa Anton Britta Carsten Ditte Ebbe Fatima Gorm Hanne Isak Jytte Klaus Line Mogens Niels Oliver Pia "
    "Sofie Torben Vibeke",
}
_LAST = {
    "en": "Whitfield|Marsh|Okoro|Bennett|Hargreaves|Quinn|Patel|Lockwood|Doyle|Ashworth|Sinclair|Rahman|Pritchard|Fenwick|"
    "Calder|Draper|Ellison|Fairclough|Garland|Holloway|Iqbal|Jessop|Kendrick|Lomax|Mather|Nuttall|Osborne|Peake|Rowntree|"
    "Sharma|Tranter|Underhill|Vickers|Wainwright|Yardley|Ackroyd|Birtles|Cobb|Dunmore|Entwistle|Finch|Gadsby|Heseltine|"
    "Ingham|Jarvis|Kaur|Leith|Musgrove|Norris|Oakden",
    "nl": "de Wit|Bakker|van der Meer|Yilmaz|Hoekstra|Smits|Verhagen|Kuipers|Prins|Dekker|van Dongen|Brouwer|Scholten|"
    "Maas|van Vliet|Timmermans|de Groot|Wiersma|Postma|van Beek|Koster|Veenstra|Mulder|El Amrani|Hendriks|Jonker|Kok|"
    "Lammers|Nijhuis|Oosterhuis|Peeters|Rietveld|Sanders|ten Brink|Vos|Willemsen|Zijlstra|van Es|Blom|Driessen|Evers|"
    "Franken|Goossens|Huisman|de Lange|Molenaar|van Rooij|Snijders|Tolsma|Wijnands",
    "da": "Kjær|Thomsen|Bæk|Lauridsen|Nygaard|Skov|Østergaard|Friis|Mørk|Dahl|Ravn|Iversen|Holst|Bruun|Krogh|Lund|Munk|"
    "Nørgaard|Overgaard|Poulsen|Riis|Storm|Toft|Ulriksen|Vestergaard|Winther|Aagaard|Bech|Clausen|Damgaard|Enevoldsen|"
    "Frandsen|Gregersen|Hedegaard|Jessen|Kristoffersen|Lassen|Madsen|Nissen|Olesen|Petersen|Rosenkilde|Schou|Thygesen|"
    "Villadsen|Worm|Yildiz|Ågren|Bonde|Hald",
}
_COMPANIES = {
    "en": "Harbour & Finch|Tilbury Lets|Copperfield Cafés|Mossgate Dental|Calder Coworking|Northway Hostels|Penrose Clinics|"
    "Ivy Lane Nurseries",
    "nl": "De Linde Makelaars|Grachtenhof Hotels|Studio Zilvermeer|Praktijk Oostpoort|Kindercentrum De Vlieger|"
    "Werkplaats Zuidas|Zorggroep Duinrand|Brasserie Het Veer",
    "da": "Havnens Bolig|Fjordkontor ApS|Café Lygten|Tandlægerne Nørrebo|Kollegiet Åbrinken|Klitgaarden Hotel|"
    "Børnehuset Solsikken|Byens Kontorer",
}
_COUNTRY = {"en": "gb", "nl": "nl", "da": "dk"}
_REGIONS = {
    "en": ("London", "North West", "Yorkshire", "Midlands", "Scotland", "South West"),
    "nl": ("Noord-Holland", "Zuid-Holland", "Utrecht", "Noord-Brabant", "Gelderland", "Groningen"),
    "da": ("Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland"),
}
_PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", " ": ".", "'": ""})


@dataclass(frozen=True, slots=True)
class Customer:
    """A made-up customer."""

    name: str
    email: str
    phone: str
    language: str
    company: str
    region: str
    plan: str
    account_manager: str
    value: Decimal

    @property
    def traits(self) -> dict[str, Any]:
        """Country, region and plan; the company and who looks after it where there are."""
        traits = {"country": _COUNTRY[self.language], "region": self.region, "plan": self.plan}
        if self.company:
            traits["company"] = self.company
        if self.account_manager:
            known = COLLEAGUES.get(self.account_manager.split("@")[0])
            traits["account_manager"] = known[0] if known else "Key accounts"
        return traits


def make_customer(seed: int, number: int, language: str) -> Customer:
    """A customer; the same seed and number give the same one. Phone numbers are of ranges given to nobody."""
    random = Random(f"{seed} customer {number}")  # noqa: S311  (sample data)
    name = f"{random.choice(_FIRST[language].split())} {random.choice(_LAST[language].split('|'))}"
    plan = random.choices(("home", "member", "business"), (50, 27, 23))[0]
    is_company = plan == "business"
    phone = {
        "en": f"+44 {'1632 960' if number % 2 else '7700 900'}{number // 2 % 1000:03d}",  # kept for drama by Ofcom
        "nl": f"+31 6 0000 {number % 10000:04d}",
        "da": f"+45 00 00 {number // 100 % 100:02d} {number % 100:02d}",
    }[language]
    return Customer(
        name=name,
        email=f"{name.lower().translate(_PLAIN)}.{number}@example.com",
        phone=phone if random.random() < 0.8 else "",
        language=language,
        company=random.choice(_COMPANIES[language].split("|")) if is_company else "",
        region=random.choice(_REGIONS[language]),
        plan=plan,
        account_manager=random.choice(_ACCOUNT_MANAGERS[language]) if is_company and random.random() < 0.6 else "",
        value=Decimal(random.randrange(2_000, 60_000, 500) if is_company else random.randrange(80, 2_400, 20)),
    )
