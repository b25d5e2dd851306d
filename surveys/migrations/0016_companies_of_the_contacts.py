"""Fill what the contacts are grouped and asked by, from what was known before: traits, invitations and answers.

In chunks, each in a transaction of its own, so that nobody waits long for a row. A second run changes nothing more.
"""

from typing import Any

from django.db import migrations

CHUNK = 5000
COMPANIES = """
INSERT INTO surveys_company (name, time_zone, created_at)
SELECT DISTINCT ON (lower(named)) named, '', now()
FROM (SELECT left(btrim(traits->>'company'), 200) AS named FROM surveys_contact
      WHERE id > %(after)s AND id <= %(upto)s AND survey_id IS NULL) AS known
WHERE named <> ''
ON CONFLICT (lower(name)) DO NOTHING
"""
CONTACTS = """
UPDATE surveys_contact AS contact SET
    company_id = coalesce(contact.company_id, found.company_id),
    last_answered_at = greatest(contact.last_answered_at, found.answered_at),
    last_asked_at = greatest(contact.last_asked_at, found.asked_at, found.answered_at)
FROM (
    SELECT one.id, company.id AS company_id,
        (SELECT max(answered_at) FROM surveys_response WHERE contact_id = one.id) AS answered_at,
        (SELECT max(created_at) FROM surveys_invitation WHERE contact_id = one.id) AS asked_at
    FROM surveys_contact AS one
    LEFT JOIN surveys_company AS company
        ON one.survey_id IS NULL AND lower(company.name) = lower(left(btrim(one.traits->>'company'), 200))
    WHERE one.id > %(after)s AND one.id <= %(upto)s
) AS found
WHERE contact.id = found.id
    AND (found.company_id IS NOT NULL OR found.answered_at IS NOT NULL OR found.asked_at IS NOT NULL)
"""


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM surveys_contact")
        last = cursor.fetchone()[0]
        for after in range(0, last, CHUNK):
            for statement in (COMPANIES, CONTACTS):
                cursor.execute(statement, {"after": after, "upto": after + CHUNK})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0015_find_contacts_of_a_company")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE surveys_contact VALIDATE CONSTRAINT contact_team_id_known",
                "ALTER TABLE surveys_contact VALIDATE CONSTRAINT contact_company_id_known",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
