"""Find what is not translated, or translated wrongly, in every catalog. Prints one line a fault; exit 1 if any.

A translation equal to its English counts as missing unless `same_in_english.txt` lists it.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

import catalogs
from babel.messages.catalog import Message

SAME = Path(__file__).with_name("same_in_english.txt")
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|%[#0 +-]*[\d.]*[sdifr]|%%|\{\w*(?:![rs])?(?::[^{}]*)?\}")


def same_in_english(text: str) -> dict[str, set[str]]:
    """Texts allowed to stay English, by language: lines under `[nl]`, `[da]` or `[all]`; `#` begins a remark."""
    found: dict[str, set[str]] = defaultdict(set)
    section = "all"
    for line in text.splitlines():
        if re.fullmatch(r"\[\w+\]", line.strip()):
            section = line.strip()[1:-1]
        elif line.strip() and not line.startswith("#"):
            found[section].add(line.strip().replace("\\n", "\n"))
    return found


def placeholders(text: str) -> list[str]:
    return sorted(found for found in _PLACEHOLDER.findall(text) if found != "%%")


def has_words(text: str) -> bool:
    return any(map(str.isalpha, _PLACEHOLDER.sub("", text)))


def faults(message: Message, may_stay: set[str]) -> list[str]:
    """What is wrong with one entry, in words; nothing when it is a full translation."""
    if message.fuzzy:
        return ["fuzzy"]
    english, given = catalogs.forms(message.id), catalogs.forms(message.string)
    if not all(given):
        return ["not translated"]
    found = []
    plural = set(placeholders(english[-1]))
    always = set(placeholders(english[0])) & plural
    for number, text in enumerate(given):
        if len(english) == 1:
            right = placeholders(text) == placeholders(english[0])
        else:  # "one ticket" may leave out the number that "%(n)s tickets" must have
            needed = plural if number == len(given) - 1 else always
            right = needed <= set(placeholders(text)) <= plural | set(placeholders(english[0]))
        if not right:
            found.append(f"placeholders differ: {text!r}")
        if text in english and has_words(text) and text not in may_stay:
            found.append("same as the English")
    return list(dict.fromkeys(found))


def check_catalog(name: str, po: str, language: str, wanted: set[catalogs.Key], may_stay: set[str]) -> list[str]:
    """One line for each fault of a catalog against the texts that the source has now."""
    catalog = catalogs.read(po, language)
    present = catalogs.messages(catalog)
    found = [f"{name}: not collected yet: {key[1]!r}" for key in sorted(wanted - present.keys())]
    found += [f"{name}: no longer in the source: {key[1]!r}" for key in sorted(present.keys() - wanted)]
    found += [f"{name}: obsolete entries" for _ in list(catalog.obsolete)[:1]]
    for key, message in present.items():
        found += [f"{name}:{message.lineno}: {fault}: {key[1]!r}" for fault in faults(message, may_stay)]
    return found


def check_compiled(name: str, mo: Path, fresh: bytes) -> list[str]:
    if not mo.exists():
        return [f"{name}: not compiled"]
    if catalogs.contents(mo.read_bytes()) != catalogs.contents(fresh):
        return [f"{name}: is not what its .po compiles to"]
    return []


def check_agreement(catalogs_read: dict[str, dict[catalogs.Key, Message]]) -> list[str]:
    """Rooms share one vocabulary at run time: the same English must not be translated in two ways."""
    found: list[str] = []
    first: dict[catalogs.Key, tuple[str, Message]] = {}
    for name, present in catalogs_read.items():
        for key, message in present.items():
            other, before = first.setdefault(key, (name, message))
            if message.string != before.string and not faults(message, {key[1]}):
                found.append(f"{name}:{message.lineno}: translated otherwise in {other}: {key[1]!r}")
    return found


def check(root: Path, same: dict[str, set[str]]) -> list[str]:
    """Every fault of every room and language, and every line of the list of English words that serves nothing."""
    found: list[str] = []
    known: set[str] = set()
    by_language: dict[str, dict[str, dict[catalogs.Key, Message]]] = defaultdict(dict)
    for room in catalogs.ROOMS:
        probe = catalogs.extract(root, room, ("nl",))["nl"]
        wanted = set(catalogs.messages(catalogs.read(probe, "nl")))
        known.update(text for _, one, many in wanted for text in (one, many))
        for language in catalogs.LANGUAGES:
            po = catalogs.catalog_path(root, room, language)
            name = str(po.relative_to(root))
            if not po.exists():
                found.append(f"{name}: there is none")
                continue
            text = po.read_text("utf-8")
            found += check_catalog(name, text, language, wanted, same["all"] | same[language])
            by_language[language][name] = catalogs.messages(catalogs.read(text, language))
            if catalogs.normal(text, language) != text:
                found.append(f"{name}: its header is not the one that `make messages` writes")
            mo = po.with_suffix(".mo")
            found += check_compiled(str(mo.relative_to(root)), mo, catalogs.compiled(po))
    for present in by_language.values():
        found += check_agreement(present)
    for section, texts in same.items():
        found += [f"{SAME.name}: [{section}] {text!r} is not in the source" for text in sorted(texts - known)]
    return found


def main() -> int:
    found = check(catalogs.ROOT, same_in_english(SAME.read_text("utf-8")))
    if found:
        print(*found, sep="\n")
        print(f"{len(found)} faults. `make messages` collects and compiles; the translations are written by hand.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
