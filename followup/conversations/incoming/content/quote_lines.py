"""The lines with which mail programs begin what they quote: English, Dutch, Danish, German and French."""

import re

MOST_WRAPPED = 4  # lines over which a program wraps one such line
LONGEST = 500

# "On Mon, Nov 23, 2026 at 10:15 AM Ann <ann@kunde.dk> wrote:" and its like: the beginning, the verb, and the end.
_BEGINS = r"(?:On|Op|Den|D\.|Am|Le|El|Il)\s"
_VERBS = (
    r"wrote|writes",
    r"schreef|het volgende geschreven|heeft geschreven|geschreven",
    r"skrev|skrevet",
    r"schrieb|geschrieben",
    r"a\s+écrit|écrit|a\s+ecrit",
)
_VERB = re.compile(rf"(?i)\b(?:{'|'.join(_VERBS)})\b")
_BEGIN = re.compile(rf"(?i){_BEGINS}")
_TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}")
_FAR = 160  # signs between the verb and the colon, or before it: a name and an address

# "-----Original Message-----": what stands below came before. A mail that is sent on ("Forwarded message") is none.
_SEPARATOR = re.compile(
    r"(?i)^-{2,}\s*(?:Original (?:Message|e-?mail|Appointment)|Oorspronkelijk(?:e)? (?:bericht|e-?mail)"
    r"|Origineel bericht|Oprindelig (?:meddelelse|besked|mail)|Original meddelelse|Ursprüngliche (?:Nachricht|Mail)"
    r"|Originalnachricht|Message d['’]origine|Message original|Message précédent)\s*-{2,}$"
)
_RULE = re.compile(r"^[_]{10,}$")
_FROM = re.compile(r"(?i)^[*_]{0,2}(?:From|Van|Fra|Von|De)\s?:[*_]{0,2}\s?\S")
_MORE = re.compile(
    r"(?i)^[*_]{0,2}(?:Sent|Date|To|Cc|Subject|Reply-To|Verzonden|Datum|Aan|Onderwerp|Sendt|Dato|Til|Emne|Gesendet"
    r"|An|Betreff|Envoyé|Envoye|À|A|Objet|Priority|Importance|Prioriteit|Urgentie|Prioritet|Wichtigkeit)\s?:[*_]{0,2}"
)
_FORWARDED = re.compile(
    r"(?i)^-*\s*(?:Begin forwarded message|Forwarded message|Doorgestuurd bericht|Begin doorgestuurd bericht"
    r"|Videresendt (?:meddelelse|besked)|Start på videresendt besked|Weitergeleitete Nachricht"
    r"|Anfang der weitergeleiteten Nachricht|Message transféré|Message transmis|Début du message réexpédié)\s*:?\s*-*$"
)
_FOOTERS = re.compile(
    r"(?i)^(?:Sent from my .{1,60}|Sent from (?:Outlook|Yahoo Mail|Mail|Samsung Mobile|Proton ?Mail)\b.{0,100}"
    r"|Get (?:Outlook for|BlueMail for) .{1,100}"
    r"|Verzonden (?:vanaf|met|via|vanuit) .{1,80}|Verstuurd vanaf .{1,60}|(?:Download )?Outlook voor .{1,80}"
    r"|Sendt fra (?:min|mit|Outlook|Mail|Yahoo) ?.{0,80}|(?:Hent|Få) Outlook (?:til|for) .{1,80}"
    r"|Von (?:meinem|meiner) .{1,60} gesendet|Gesendet (?:von|mit) .{1,80}|(?:Laden Sie )?Outlook für .{1,80}"
    r"|Envoyé (?:de|depuis|à partir de) .{1,80}|(?:Obtenir|Télécharger) Outlook pour .{1,80})$"
)
_SEE_BELOW = re.compile(
    r"(?i)\b(?:see (?:below|my (?:answers|comments))|inline|in red|answers below|below in|zie (?:onder|hieronder)"
    r"|hieronder|onderstaand|in het rood|se nedenfor|nedenfor|svar nedenunder|med rødt|siehe unten|unten|in rot"
    r"|voir ci-dessous|ci-dessous|en rouge)\b"
)


def begins_quote(lines: list[str], at: int) -> int:
    """How many lines from this one on say that what follows is quoted; 0 when they do not."""
    line = lines[at]
    if _SEPARATOR.match(line):
        return 1
    if _RULE.match(line):
        return 1 if any(_is_head(lines, below) for below in range(at + 1, min(at + 3, len(lines)))) else 0
    if _is_head(lines, at):
        return 1
    return _attribution(lines, at) if _BEGIN.match(line) or _VERB.search(line) else 0


def _is_head(lines: list[str], at: int) -> bool:
    """From:, and two more of Sent:, To:, Subject: in the lines after it."""
    if not _FROM.match(lines[at]):
        return False
    return sum(bool(_MORE.match(line)) for line in lines[at + 1 : at + 8]) >= 2


def _attribution(lines: list[str], at: int) -> int:
    joined = ""
    for count in range(1, MOST_WRAPPED + 1):
        if at + count > len(lines) or not lines[at + count - 1]:
            return 0
        joined = f"{joined} {lines[at + count - 1]}".strip()
        if len(joined) > LONGEST:
            return 0
        if not joined.endswith(":"):
            continue
        if _says_who_wrote(joined):
            return count
    return 0


def _says_who_wrote(joined: str) -> bool:
    """With the date and time first, or the name."""
    verbs = list(_VERB.finditer(joined))
    if not verbs or len(joined) - verbs[-1].end() > _FAR or not _TIME.search(joined):
        return False
    return bool(_BEGIN.match(joined)) or verbs[0].start() <= _FAR


def is_forward(line: str) -> bool:
    """Whether a mail that is sent on follows: it is what the writer wants to be read."""
    return bool(_FORWARDED.match(line))


def is_footer(line: str) -> bool:
    """Whether a mail program wrote this line: "Sent from my phone"."""
    return bool(_FOOTERS.match(line))


def points_below(text: str) -> bool:
    """Whether the writer says that more of theirs stands below."""
    return bool(_SEE_BELOW.search(text))
