"""What goes into the blanks of a comment: furniture with its articles, days, towns, names and sums, by language.

`{a seat}` and `{the seat}` are a piece of that kind with its article, `{The seat}` the same at the start of a sentence;
`{day}`, `{town}`, `{floor}`, `{agent}`, `{n}`, `{order}` and `{money}` are drawn likewise.
"""

import re
from random import Random

_BLANK = re.compile(r"\{(\w+)(?: (\w+))?\}")

# By kind: (with "a", with "the"). Every kind holds things of which the same can be said.
_THINGS: dict[str, dict[str, list[tuple[str, str]]]] = {
    "en": {
        "seat": [
            ("a sofa", "the sofa"), ("an armchair", "the armchair"), ("a corner sofa", "the corner sofa"),
            ("a sofa bed", "the sofa bed"), ("a reading chair", "the reading chair"),
            ("a two-seater", "the two-seater"), ("a recliner", "the recliner"),
        ],
        "storage": [
            ("a wardrobe", "the wardrobe"), ("a bookcase", "the bookcase"), ("a sideboard", "the sideboard"),
            ("a chest of drawers", "the chest of drawers"), ("a TV unit", "the TV unit"),
            ("a display cabinet", "the display cabinet"), ("a hallway cabinet", "the hallway cabinet"),
            ("a shoe cabinet", "the shoe cabinet"),
        ],
        "table": [
            ("a dining table", "the dining table"), ("a coffee table", "the coffee table"), ("a desk", "the desk"),
            ("an extending table", "the extending table"), ("a side table", "the side table"),
            ("a console table", "the console table"), ("a kitchen table", "the kitchen table"),
        ],
        "bed": [
            ("a bed", "the bed"), ("a box spring", "the box spring"), ("a mattress", "the mattress"),
            ("a guest bed", "the guest bed"), ("a bunk bed", "the bunk bed"),
        ],
        "light": [
            ("a floor lamp", "the floor lamp"), ("a pendant lamp", "the pendant lamp"),
            ("a table lamp", "the table lamp"), ("a wall light", "the wall light"),
            ("a reading lamp", "the reading lamp"),
        ],
        "textile": [
            ("a rug", "the rug"), ("a throw", "the throw"), ("a duvet", "the duvet"), ("a bedspread", "the bedspread"),
            ("a runner", "the runner"),
        ],
    },
    "nl": {
        "seat": [
            ("een bank", "de bank"), ("een fauteuil", "de fauteuil"), ("een hoekbank", "de hoekbank"),
            ("een slaapbank", "de slaapbank"), ("een leesstoel", "de leesstoel"), ("een tweezitter", "de tweezitter"),
            ("een draaifauteuil", "de draaifauteuil"),
        ],
        "storage": [
            ("een kledingkast", "de kledingkast"), ("een boekenkast", "de boekenkast"), ("een ladekast", "de ladekast"),
            ("een wandkast", "de wandkast"), ("een vitrinekast", "de vitrinekast"), ("een halkast", "de halkast"),
            ("een schoenenkast", "de schoenenkast"), ("een tv-kast", "de tv-kast"),
        ],
        "table": [
            ("een eettafel", "de eettafel"), ("een salontafel", "de salontafel"), ("een bijzettafel", "de bijzettafel"),
            ("een uitschuiftafel", "de uitschuiftafel"), ("een keukentafel", "de keukentafel"),
            ("een sidetable", "de sidetable"), ("een werktafel", "de werktafel"),
        ],
        "bed": [
            ("een boxspring", "de boxspring"), ("een bed", "het bed"), ("een matras", "het matras"),
            ("een logeerbed", "het logeerbed"), ("een stapelbed", "het stapelbed"),
        ],
        "light": [
            ("een staande lamp", "de staande lamp"), ("een hanglamp", "de hanglamp"), ("een tafellamp", "de tafellamp"),
            ("een wandlamp", "de wandlamp"), ("een leeslamp", "de leeslamp"),
        ],
        "textile": [
            ("een vloerkleed", "het vloerkleed"), ("een plaid", "het plaid"), ("een dekbed", "het dekbed"),
            ("een sprei", "de sprei"), ("een loper", "de loper"),
        ],
    },
    "da": {
        "seat": [
            ("en sofa", "sofaen"), ("en lænestol", "lænestolen"), ("en hjørnesofa", "hjørnesofaen"),
            ("en sovesofa", "sovesofaen"), ("en læsestol", "læsestolen"), ("en topersoners", "topersonerssofaen"),
            ("en hvilestol", "hvilestolen"),
        ],
        "storage": [
            ("et klædeskab", "klædeskabet"), ("en reol", "reolen"), ("en skænk", "skænken"), ("en kommode", "kommoden"),
            ("et tv-møbel", "tv-møblet"), ("et vitrineskab", "vitrineskabet"), ("et entréskab", "entréskabet"),
            ("et skoskab", "skoskabet"),
        ],
        "table": [
            ("et spisebord", "spisebordet"), ("et sofabord", "sofabordet"), ("et skrivebord", "skrivebordet"),
            ("et udtræksbord", "udtræksbordet"), ("et sidebord", "sidebordet"), ("et konsolbord", "konsolbordet"),
            ("et køkkenbord", "køkkenbordet"),
        ],
        "bed": [
            ("en seng", "sengen"), ("en boxmadras", "boxmadrassen"), ("en kontinentalseng", "kontinentalsengen"),
            ("en gæsteseng", "gæstesengen"), ("en køjeseng", "køjesengen"),
        ],
        "light": [
            ("en gulvlampe", "gulvlampen"), ("en pendel", "pendlen"), ("en bordlampe", "bordlampen"),
            ("en væglampe", "væglampen"), ("en læselampe", "læselampen"),
        ],
        "textile": [
            ("et gulvtæppe", "gulvtæppet"), ("en plaid", "plaiden"), ("en dyne", "dynen"),
            ("et sengetæppe", "sengetæppet"), ("en løber", "løberen"),
        ],
    },
}  # fmt: skip
_MADE_TO_STAND = ("seat", "storage", "table", "bed")
_WORDS: dict[str, dict[str, list[str]]] = {
    "en": {
        "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        "town": ["Leeds", "Bristol", "Norwich", "York", "Cardiff", "Derby", "Exeter", "Glasgow", "Reading", "Hull"],
        "floor": ["second floor", "third floor", "fourth floor", "fifth floor", "top floor"],
        "agent": ["Rasmus", "Priya", "Sam", "Hannah", "Tom", "Nadia", "Joe", "Ellen", "Craig", "Mia"],
        "n": ["three", "four", "five", "six", "seven", "eight", "nine"],
        "money": ["£35", "£40", "£49", "£55", "£60", "£75", "£90", "£120"],
    },
    "nl": {
        "day": ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
        "town": [
            "Zwolle",
            "Breda",
            "Utrecht",
            "Haarlem",
            "Nijmegen",
            "Leiden",
            "Almere",
            "Groningen",
            "Delft",
            "Assen",
        ],
        "floor": ["tweede verdieping", "derde verdieping", "vierde verdieping", "vijfde verdieping", "bovenste etage"],
        "agent": ["Sanne", "Daan", "Marieke", "Joost", "Fatima", "Ruben", "Ilse", "Mehmet", "Lotte", "Bas"],
        "n": ["drie", "vier", "vijf", "zes", "zeven", "acht", "negen"],
        "money": ["€ 35", "€ 40", "€ 49", "€ 55", "€ 60", "€ 75", "€ 90", "€ 120"],
    },
    "da": {
        "day": ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"],
        "town": [
            "Aarhus",
            "Odense",
            "Vejle",
            "Roskilde",
            "Aalborg",
            "Esbjerg",
            "Kolding",
            "Hillerød",
            "Randers",
            "Køge",
        ],
        "floor": ["anden sal", "tredje sal", "fjerde sal", "femte sal", "øverste etage"],
        "agent": ["Sofie", "Mads", "Line", "Jonas", "Camilla", "Anders", "Freja", "Kasper", "Mette", "Emil"],
        "n": ["tre", "fire", "fem", "seks", "syv", "otte", "ni"],
        "money": ["299 kr.", "349 kr.", "399 kr.", "450 kr.", "500 kr.", "650 kr.", "795 kr.", "900 kr."],
    },
}


def fill(line: str, language: str, random: Random) -> str:
    """A comment with its blanks filled in. Raises: KeyError for a blank that is not in the lexicon."""

    def word(match: re.Match[str]) -> str:
        name, kind = match.groups()
        if kind is not None:
            if kind == "piece":
                kind = random.choice(_MADE_TO_STAND)
            text = random.choice(_THINGS[language][kind])[name.lower() == "the"]
        elif name.lower() == "order":
            return f"LH-{random.randrange(40_000, 99_999)}"
        else:
            text = random.choice(_WORDS[language][name.lower()])
        return text[0].upper() + text[1:] if name[0].isupper() else text

    return _BLANK.sub(word, line)
