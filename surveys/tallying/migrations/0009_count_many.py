"""Count many new answers by traits at once, in key order: the statement that stores them together calls it."""

from django.db import migrations

_COUNT_MANY = """
CREATE FUNCTION tallying_count_many(surveys bigint[], days date[], scores smallint[], traits jsonb[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (SELECT FROM tallying_markedtrait WHERE state = 'filling' OR state = 'ready') THEN
        INSERT INTO tallying_traittally AS tally (trait_id, survey_id, day, value, score, count)
        SELECT mark.id, answer.survey, answer.day, tallying_value(answer.traits, mark.name), answer.score, count(*)
        FROM tallying_markedtrait mark, unnest(surveys, days, scores, traits) AS answer (survey, day, score, traits)
        WHERE mark.state = 'filling' OR mark.state = 'ready'
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (trait_id, survey_id, day, value, score) DO UPDATE SET count = tally.count + excluded.count;
    END IF;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0008_mark_asks_of_customers")]
    operations = [migrations.RunSQL(_COUNT_MANY, "DROP FUNCTION tallying_count_many")]
