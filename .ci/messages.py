"""Collect the words of every room into its catalogs and compile them: `make messages`. A re-run changes nothing."""

import sys

import catalogs


def main() -> int:
    for room in catalogs.ROOMS:
        for language, text in catalogs.extract(catalogs.ROOT, room, catalogs.LANGUAGES).items():
            po = catalogs.catalog_path(catalogs.ROOT, room, language)
            mo = po.with_suffix(".mo")
            po.parent.mkdir(parents=True, exist_ok=True)
            if not po.exists() or po.read_text("utf-8") != text:
                po.write_text(text, "utf-8")
            fresh = catalogs.compiled(po)
            if not mo.exists() or catalogs.contents(mo.read_bytes()) != catalogs.contents(fresh):
                mo.write_bytes(fresh)
            entries = catalogs.messages(catalogs.read(text, language)).values()
            empty = sum(not all(catalogs.forms(m.string)) for m in entries)
            print(f"{po.relative_to(catalogs.ROOT)}: {len(entries)} texts, {empty} not translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
