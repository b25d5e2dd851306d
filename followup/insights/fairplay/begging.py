"""Words that ask customers for a high score. To be changed here: each line is a pattern of a text in lower case.

{high} stands for 9 or 10, as a number or a word.
"""

import re
from collections.abc import Mapping

HIGH = {
    "en": r"(?:10|9|ten|nine)(?: (?:or|and|to) (?:a )?(?:10|9|ten|nine))?",
    "nl": r"(?:10|9|tien|negen)(?: (?:of|en|tot) (?:een )?(?:10|9|tien|negen))?",
    "da": r"(?:10|9|ti|ni)(?: (?:eller|og|til) (?:en |et )?(?:10|9|ti|ni))?",
}
BEGGING: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"(?:give|rate|score|grade|mark) (?:us|me|our team) (?:with )?(?:a |an )?{high}",
        r"(?:hope|hoping|aim|aiming|ask|asking|looking) (?:\w+ ){{0,3}}for (?:a |an )?{high}",
        r"(?:earn|earned|deserve|deserved|worth) (?:\w+ ){{0,3}}(?:a |an )?{high}(?!\d)",
        r"only (?:a |an )?{high} (?:\w+ ){{0,2}}(?:counts?|helps?|is)",
        r"\b(?:a |an )?{high} (?:is|means) (?:good|a pass|passing|satisfied|happy|perfect|the only)",
        r"(?:anything|everything|all|a score) (?:below|under|less than|lower than) (?:a |an )?{high}",
        r"(?:below|under|less than) (?:a |an )?{high} (?:is|counts as|means) (?:\w+ ){{0,2}}(?:fail|failure|bad|zero)",
        r"(?:bonus|pay|salary|job|wages) depends? on",
    ),
    "nl": (
        r"(?:geef|beloon|beoordeel|waardeer) (?:ons|mij|me|ons team) (?:met |dan )?(?:een )?{high}",
        r"(?:hopen|hoop|gaan|streven|vragen|vraag) (?:\w+ ){{0,3}}(?:op|voor|naar|om) (?:een )?{high}",
        r"verdien(?:en|t|d)? (?:\w+ ){{0,3}}(?:een )?{high}(?!\d)",
        r"alleen (?:een )?{high} (?:\w+ ){{0,2}}(?:telt|helpt|is)",
        r"\b(?:een )?{high} (?:is|betekent) (?:goed|voldoende|tevreden|perfect|de enige)",
        r"(?:alles|elk cijfer|een cijfer) (?:onder|lager dan|minder dan) (?:een |de )?{high}",
        r"(?:onder|lager dan|minder dan) (?:een |de )?{high} (?:is|telt als) (?:\w+ ){{0,2}}(?:onvoldoende|slecht)",
        r"(?:bonus|loon|salaris|baan) hangt? (?:\w+ ){{0,2}}af van",
    ),
    "da": (
        r"(?:giv|bedøm|vurder) (?:os|mig|vores team) (?:med |til )?(?:en |et )?{high}",
        r"(?:håber|går|beder|stræber) (?:\w+ ){{0,3}}(?:på|efter|om) (?:en |et )?{high}",
        r"fortjen(?:er|t|te)? (?:\w+ ){{0,3}}(?:en |et )?{high}(?!\d)",
        r"kun (?:en |et )?{high} (?:\w+ ){{0,2}}(?:tæller|hjælper|er)",
        r"\b(?:en |et )?{high} (?:er|betyder) (?:godt|god|bestået|tilfreds|perfekt|det eneste)",
        r"(?:alt|alle tal|en score) (?:under|lavere end|mindre end) (?:en |et )?{high}",
        r"(?:under|lavere end|mindre end) (?:en |et )?{high} (?:er|tæller som) (?:\w+ ){{0,2}}(?:dumpet|dårligt)",
        r"(?:bonus|løn|job) afhænger",
    ),
}
_PATTERNS = {
    language: re.compile("|".join(line.format(high=HIGH[language]) for line in lines))
    for language, lines in BEGGING.items()
}


def begging_in(text: str, language: str) -> str:
    """The first words of a text that ask for a high score, as they stand there; "" without any, and in a language that
    has no list."""
    pattern = _PATTERNS.get(language.partition("-")[0])
    found = pattern.search(text.lower()) if pattern else None
    return text[found.start() : found.end()] if found else ""
