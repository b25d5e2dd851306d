"""The SQL of an import, a part of the file at a time: known contacts by a temporary table, new ones as they are."""

from surveys.contacts.imports.rules.cells import CheckedRow

STAGED = "staged_contacts"
# What a row may set: the column of the temporary table, and its type. Null is an empty cell.
COLUMNS = {
    "external_id": "text", "email": "text", "phone": "text", "name": "text", "language": "text",
    "account_manager": "text", "value": "numeric(14,2)", "time_zone": "text", "ask_every_days": "smallint",
    "do_not_contact": "boolean", "last_asked_at": "timestamptz", "churned_at": "timestamptz",
}  # fmt: skip
# A row without its line and digits, which no table of contacts has: its last fields, and those of both COPYs.
SAID = CheckedRow._fields[CheckedRow._fields.index("traits") :]

CREATE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS {STAGED} (
    line integer NOT NULL, contact_id bigint NOT NULL, fault text, detail text, company text, traits jsonb NOT NULL,
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())},
    is_changed boolean NOT NULL DEFAULT false, company_id bigint, merged jsonb, before jsonb
) ON COMMIT DELETE ROWS
"""
# New words wait in a list of their own before they are sorted into their index: a fifth faster with a longer one.
COLLECT_WORDS = "SET LOCAL gin_pending_list_limit = '16MB'"
SORT_WORDS = "SELECT gin_clean_pending_list('contact_words'), gin_clean_pending_list('contact_traits')"
EMPTY = f"TRUNCATE {STAGED}"
COPY = f"COPY {STAGED} (line, contact_id, fault, detail, company, {', '.join(SAID)}) FROM STDIN (FORMAT csv)"
ANALYZE = f"ANALYZE {STAGED} (line, contact_id)"

# Among the company's customers. LIMIT makes the indexes be used, also while the tables are not analysed yet: otherwise
# they would be read from end to end for each part.
BY_NUMBER = """
SELECT found.external_id, found.id FROM unnest(%s::text[]) number CROSS JOIN LATERAL (
    SELECT external_id, id FROM surveys_contact WHERE survey_id IS NULL AND external_id = number LIMIT 1
) found
"""
BY_ADDRESS = """
SELECT address, found.id, found.external_id FROM unnest(%s::text[]) address CROSS JOIN LATERAL (
    SELECT external_id, id FROM surveys_contact WHERE survey_id IS NULL AND lower(email) = address LIMIT 1
) found
"""
# Who gives neither is known by the phone.
DIGITS = "regexp_replace(regexp_replace(c.phone, '[^0-9]', '', 'g'), '^00', '')"
MATCH_PHONES = f"""
SELECT t.line, min(c.id), CASE WHEN count(*) > 1 THEN 'many' END
FROM unnest(%s::integer[], %s::text[]) t (line, digits)
JOIN surveys_contact c ON c.survey_id IS NULL AND c.phone <> '' AND {DIGITS} = t.digits
GROUP BY t.line
"""  # noqa: S608  (names of ours, here and below)
# One that an earlier line met, of this part or of one before it. LIMIT as above.
REPEATED = f"""
UPDATE {STAGED} s SET fault = 'twice', detail = earlier.line::text
FROM (
    SELECT t.line AS here, coalesce(met.line, min(t.line) OVER (PARTITION BY t.contact_id)) AS line
    FROM {STAGED} t LEFT JOIN LATERAL (
        SELECT line FROM imports_importedcontact WHERE run_id = %(run)s AND contact_id = t.contact_id LIMIT 1
    ) met ON true
    WHERE t.fault IS NULL
) earlier
WHERE s.line = earlier.here AND earlier.line <> s.line
"""  # noqa: S608
# Whatever else is wrong with such a row tells of that customer.
HIDDEN = f"UPDATE {STAGED} SET fault = 'other_team', detail = NULL WHERE contact_id = ANY(%(hidden)s)"  # noqa: S608
LOCK = f"""
SELECT c.id FROM surveys_contact c
WHERE c.id IN (SELECT contact_id FROM {STAGED} WHERE fault IS NULL) ORDER BY c.id FOR NO KEY UPDATE
"""  # noqa: S608
COMPANIES = f"""
WITH given AS (
    SELECT name, line FROM unnest(%(names)s::text[], %(lines)s::integer[]) new (name, line)
    UNION ALL
    SELECT company, line FROM {STAGED} WHERE company IS NOT NULL AND fault IS NULL
), made AS (
    INSERT INTO surveys_company (name, created_at, time_zone)
    SELECT DISTINCT ON (lower(name)) name, %(at)s::timestamptz, '' FROM given
    WHERE NOT EXISTS (SELECT FROM surveys_company k WHERE lower(k.name) = lower(given.name))
    ORDER BY lower(name), line
    ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO imports_importedcompany (run_id, company_id) SELECT %(run)s, id FROM made
"""  # noqa: S608
COMPANY_IDS = f"""
UPDATE {STAGED} s SET company_id = k.id FROM surveys_company k
WHERE s.company IS NOT NULL AND lower(k.name) = lower(s.company)
"""  # noqa: S608
COMPANIES_OF_NEW = """
SELECT given.name, k.id FROM unnest(%(names)s::text[]) given (name)
JOIN surveys_company k ON lower(k.name) = lower(given.name)
"""
# A trait that says the same, as a number or true, stays as it is.
MERGE_TRAITS = f"""
UPDATE {STAGED} s SET merged = c.traits || coalesce((
    SELECT jsonb_object_agg(given.key, given.value) FROM jsonb_each(s.traits) given
    WHERE lower(c.traits ->> given.key) IS DISTINCT FROM lower(given.value #>> '{{}}')
        OR (jsonb_typeof(c.traits -> given.key) = 'string' AND c.traits -> given.key <> given.value)
), '{{}}')
FROM surveys_contact c WHERE c.id = s.contact_id AND s.fault IS NULL AND s.traits <> '{{}}'
"""  # noqa: S608
TOO_MANY_TRAITS = f"""
UPDATE {STAGED} s SET fault = 'traits' FROM surveys_contact c
WHERE c.id = s.contact_id AND s.fault IS NULL AND s.merged <> c.traits
    AND (SELECT count(*) FROM jsonb_object_keys(s.merged)) > %(most_traits)s
"""  # noqa: S608

_AFTER = {name: f"coalesce(s.{name}, c.{name})" for name in COLUMNS} | {
    "email": "CASE WHEN lower(c.email) = s.email THEN c.email ELSE coalesce(s.email, c.email) END",
    "language": "CASE WHEN c.is_language_chosen THEN c.language ELSE coalesce(s.language, c.language) END",
    "do_not_contact": "(c.do_not_contact OR coalesce(s.do_not_contact, false))",
    "ask_every_days": "greatest(c.ask_every_days, s.ask_every_days)",  # the customer's wish
    "last_asked_at": "greatest(c.last_asked_at, s.last_asked_at)",
    "traits": "coalesce(s.merged, c.traits)",
    "company_id": "coalesce(s.company_id, c.company_id)",
}
_SET = ", ".join(f"{name} = {after}" for name, after in _AFTER.items())
_DIFFERS = f"({', '.join(f'c.{name}' for name in _AFTER)}) IS DISTINCT FROM ({', '.join(_AFTER.values())})"  # noqa: S608
_BEFORE = ", ".join(f"'{name}', c.{name}" for name in (*_AFTER, "changed_at"))
COMPARE = f"""
UPDATE {STAGED} s SET is_changed = true, before = jsonb_build_object({_BEFORE})
FROM surveys_contact c WHERE c.id = s.contact_id AND s.fault IS NULL AND {_DIFFERS}
"""  # noqa: S608
UPDATE = f"""
UPDATE surveys_contact c SET {_SET}, changed_at = %(at)s
FROM {STAGED} s WHERE s.contact_id = c.id AND s.is_changed
"""  # noqa: S608
IDS = """
SELECT array_agg(nextval(made_by.sequence)) FROM generate_series(1, %(count)s),
    (SELECT pg_get_serial_sequence('surveys_contact', 'id')::regclass AS sequence OFFSET 0) made_by
"""
# What no import sets has its default in the database.
COPY_NEW = f"""
COPY surveys_contact (id, company_id, team_id, created_at, changed_at, {", ".join(SAID)}) FROM STDIN
(FORMAT csv, FORCE_NOT_NULL (phone, name, language, account_manager, time_zone))
"""
COPY_MADE = "COPY imports_importedcontact (run_id, contact_id, line, is_made, at) FROM STDIN (FORMAT csv)"
MET = f"""
INSERT INTO imports_importedcontact (run_id, contact_id, line, is_made, before, at)
SELECT %(run)s, contact_id, line, false, before, %(at)s
FROM {STAGED} WHERE fault IS NULL
"""  # noqa: S608
FAULTS = f"SELECT line, fault, coalesce(detail, '') FROM {STAGED} WHERE fault IS NOT NULL ORDER BY line"  # noqa: S608
COUNTS = f"""
SELECT count(*) FILTER (WHERE is_changed),
    count(*) FILTER (WHERE fault IS NULL AND NOT is_changed)
FROM {STAGED}
"""  # noqa: S608
VALUES_CHANGED = f"""
SELECT c.id FROM {STAGED} s JOIN surveys_contact c ON c.id = s.contact_id
WHERE s.is_changed AND (s.before ->> 'value')::numeric IS DISTINCT FROM c.value ORDER BY c.id
"""  # noqa: S608
# How the customers of the good rows are known after the part is written: line, own number, address, digits.
KNOWN_BY = f"""
SELECT met.line, c.external_id, lower(c.email), nullif({DIGITS}, '')
FROM imports_importedcontact met JOIN surveys_contact c ON c.id = met.contact_id WHERE met.run_id = %(run)s
"""  # noqa: S608
