-- Written by `make baseline`; what these migrations leave of an empty database:
-- 13e082a971bbdce03b5da214fde3ea7eaf2c0a86962730ce3af2180d9b36d08a
-- accounts.0001_initial
-- account.0001_initial
-- account.0002_email_max_length
-- account.0003_alter_emailaddress_create_unique_verified_email
-- account.0004_alter_emailaddress_drop_unique_email
-- account.0005_emailaddress_idx_upper_email
-- account.0006_emailaddress_lower
-- account.0007_emailaddress_idx_email
-- account.0008_emailaddress_unique_primary_email_fixup
-- account.0009_emailaddress_unique_primary_email
-- surveys.0001_initial
-- accounts.0002_api_key_of_a_survey
-- accounts.0003_sessions_and_resets
-- accounts.0004_mail_about_tickets
-- accounts.0005_weekly_mail
-- accounts.0006_weekly_days_are_days
-- contenttypes.0001_initial
-- admin.0001_initial
-- admin.0002_logentry_remove_auto_add
-- admin.0003_logentry_add_action_flag_choices
-- api.0001_initial
-- auditlog.0001_initial
-- auditlog.0002_auto_support_long_primary_keys
-- auditlog.0003_logentry_remote_addr
-- auditlog.0004_logentry_detailed_object_repr
-- auditlog.0005_logentry_additional_data_verbose_name
-- auditlog.0006_object_pk_index
-- auditlog.0007_object_pk_type
-- auditlog.0008_action_index
-- auditlog.0009_alter_logentry_additional_data
-- auditlog.0010_alter_logentry_timestamp
-- auditlog.0011_logentry_serialized_data
-- auditlog.0012_add_logentry_action_access
-- auditlog.0013_alter_logentry_timestamp
-- auditlog.0014_logentry_cid
-- auditlog.0015_alter_logentry_changes
-- auditlog.0016_logentry_remote_port
-- auditlog.0017_add_actor_email
-- contenttypes.0002_remove_content_type_name
-- auth.0001_initial
-- auth.0002_alter_permission_name_max_length
-- auth.0003_alter_user_email_max_length
-- auth.0004_alter_user_username_opts
-- auth.0005_alter_user_last_login_null
-- auth.0006_require_contenttypes_0002
-- auth.0007_alter_validators_add_error_messages
-- auth.0008_alter_user_username_max_length
-- auth.0009_alter_user_last_name_max_length
-- auth.0010_alter_group_name_max_length
-- auth.0011_update_proxy_permissions
-- auth.0012_alter_user_first_name_max_length
-- background.0001_rows_put_aside
-- branding.0001_branding
-- surveys.0002_changes_are_append_only
-- surveys.0003_samples_can_be_removed
-- surveys.0004_find_customers
-- surveys.0005_a_key_of_one_survey_makes_contacts_of_its_own
-- surveys.0006_decisions_about_answers
-- surveys.0007_decisions_about_many
-- surveys.0008_reach_before_a_change
-- surveys.0009_dates_far_away_come_within_the_bound
-- surveys.0010_flood_limit_and_sources
-- surveys.0011_find_by_folded_words
-- surveys.0012_say_survey_texts
-- surveys.0013_say_search_vector
-- surveys.0014_companies_segments_and_asking
-- surveys.0015_find_contacts_of_a_company
-- surveys.0016_companies_of_the_contacts
-- surveys.0017_find_contacts_by_phone
-- surveys.0018_find_contacts_by_what_few_have
-- surveys.0019_asking_by_mail
-- surveys.0020_find_who_is_to_be_asked
-- surveys.0021_invitations_are_known
-- surveys.0022_campaigns
-- surveys.0023_find_recipients
-- surveys.0024_campaigns_are_known
-- surveys.0026_answers_by_phone
-- surveys.0027_channels_are_known
-- surveys.0028_find_mails_that_arrived
-- surveys.0029_asked_before
-- surveys.0030_chosen_language
-- surveys.0031_find_by_contact
-- surveys.0032_find_by_follows
-- surveys.0033_fewer_indexes
-- surveys.0034_announcement
-- surveys.0035_words_by_band
-- surveys.0036_own_words_stay
-- surveys.0037_trait_labels
-- surveys.0038_ask_again_once
-- followup.0001_initial
-- followup.0002_history_is_append_only
-- followup.0003_contact_confirmed
-- followup.0004_promise_ended
-- followup.0005_two_more_kinds_of_history
-- followup.0006_samples_can_be_removed
-- followup.0007_the_desk
-- followup.0008_find_tickets
-- followup.0009_tickets_to_give_out
-- followup.0010_sort_orders
-- followup.0011_a_warning_for_each_clock
-- followup.0012_fill_in_warnings_and_seen_changes
-- followup.0013_summary_of_an_hour
-- followup.0014_find_by_folded_words
-- followup.0015_say_search_vector
-- followup.0016_customers_are_they
-- followup.0017_outcome_in_words
-- followup.0018_fewer_indexes
-- followup.0019_notices
-- followup.0020_promises_of_a_day
-- followup.0021_settings_in_words
-- followup.0022_asking_again
-- followup.0023_find_whom_to_ask_again
-- followup.0024_second_scores
-- followup.0025_second_scores_are_scores
-- followup.0026_the_loop
-- followup.0027_the_loop_holds
-- followup.0028_churn_recorded_since
-- followup.0029_detractors_of_a_period
-- followup.0030_trials
-- followup.0031_calls
-- call_slots.0001_initial
-- conversations.0001_initial
-- conversations.0002_mails_once
-- conversations.0003_reported_as_spam
-- conversations.0004_senders_are_checked
-- conversations.0005_sender_checks_hold
-- customer_case.0001_initial
-- deliveries.0001_initial
-- deliveries.0002_repeated_once
-- deliveries.0003_staff_first
-- deliveries.0004_announced_after_commit
-- deliveries.0005_cancelled
-- deliveries.0006_count_mails_of_an_hour
-- deliveries.0007_cancelled_on_its_way
-- deliveries.0008_refused_as
-- events.0001_initial
-- first_steps.0001_put_away
-- first_steps.0002_own_company
-- first_steps.0003_known_companies
-- surveys.0039_answers_of_a_contact_by_time
-- surveys.0040_one_index_of_contacts
-- surveys.0041_asked_when
-- surveys.0042_erased
-- surveys.0043_erased_answers
-- surveys.0044_answers_by_day
-- followup.0032_notices_beyond_tickets
-- followup.0033_notices_hold
-- followup.0034_causes_named
-- followup.0035_resolved_of_a_period
-- followup.0036_steps_with_sums
-- followup.0037_promises_from_an_index
-- followup.0038_one_index_of_detractors
-- followup.0039_promise_tallies
-- followup.0040_notices_of_worse_answers
-- followup.0041_notices_of_worse_answers_hold
-- health.0001_initial
-- health.0002_counts
-- imports.0001_initial
-- imports.0002_run_of_imported_unchecked
-- improvements.0001_improvements
-- inbound.0001_sources_and_events
-- inbound.0002_mails_that_came_in
-- inbound.0003_read_again_after_restore
-- inbound.0004_watched_and_stays
-- mfa.0001_initial
-- mfa.0002_authenticator_timestamps
-- mfa.0003_authenticator_type_uniq
-- praise.0001_praise
-- privacy.0001_erasures
-- reports.0001_reports
-- risk.0001_customers_at_risk
-- scanners.0001_initial
-- scanners.0002_find_scanned_domains
-- sender.0001_what_dns_said
-- sessions.0001_initial
-- silence.0001_initial
-- tallying.0001_initial
-- tallying.0002_days_counted
-- tallying.0003_mark_days_that_change
-- tallying.0004_mark_days_of_customers
-- tallying.0005_asks_by_day
-- tallying.0006_mark_days_of_asks
-- tallying.0007_mark_asks_of_answers
-- tallying.0008_mark_asks_of_customers
-- tallying.0009_count_many
-- tallying.0010_mark_days_of_the_base
-- tallying.0011_mark_asks_at_once
-- tallying.0012_countedsofar
-- tallying.0013_fresh_answers_mark_no_day
-- words.0001_words
-- words.0002_forget_what_changed
-- themes.0001_themes
-- themes.0002_forget_what_changed
-- trials.0001_initial
-- wall.0001_wall_links
-- web.0001_form_submission
-- weekly.0001_initial

SET LOCAL check_function_bodies = off;  -- they may name tables that come after them

CREATE FUNCTION public.followup_activity_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM followup_ticket ticket JOIN surveys_response response ON response.id = ticket.response_id
        WHERE ticket.id = OLD.ticket_id AND surveys_removes_sample(ticket.survey_id)
            AND surveys_removes_sample(response.survey_id)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'followup_activity is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.followup_promise_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO followup_promisechange (clock_from, survey_id, team_id, met, missed, running)
    SELECT clock_from, survey_id, team_id, coalesce(sum(sign) FILTER (WHERE state = 'met'), 0),
        coalesce(sum(sign) FILTER (WHERE state = 'missed'), 0),
        coalesce(sum(sign) FILTER (WHERE state = 'running'), 0)
    FROM (
        SELECT OLD.clock_from, OLD.survey_id, OLD.team_id, followup_promise_state(OLD) AS state, -1 AS sign
        WHERE TG_OP <> 'INSERT'
        UNION ALL
        SELECT NEW.clock_from, NEW.survey_id, NEW.team_id, followup_promise_state(NEW), 1 WHERE TG_OP <> 'DELETE'
    ) AS part WHERE state IS NOT NULL GROUP BY 1, 2, 3
    HAVING count(*) = 1 OR min(state) <> max(state);
    RETURN NULL;
END $$;

CREATE TABLE public.followup_ticket (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    score smallint NOT NULL,
    answer_score smallint NOT NULL,
    priority character varying(8) NOT NULL,
    status character varying(9) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    is_by_hand boolean NOT NULL,
    can_be_reached boolean NOT NULL,
    clock_from timestamp with time zone NOT NULL,
    first_contact_due_at timestamp with time zone,
    first_contact_at timestamp with time zone,
    next_contact_due_at timestamp with time zone,
    solve_due_at timestamp with time zone,
    waiting_until timestamp with time zone,
    resolved_at timestamp with time zone,
    outcome character varying(11),
    improved_at timestamp with time zone,
    discarded_at timestamp with time zone,
    stage smallint NOT NULL,
    value_rank numeric(14,2) NOT NULL,
    deadline timestamp with time zone NOT NULL,
    warn_at timestamp with time zone NOT NULL,
    history_head character varying(64) NOT NULL,
    history_count integer NOT NULL,
    owner_id bigint,
    play_id bigint NOT NULL,
    response_id bigint NOT NULL,
    root_cause_id bigint,
    survey_id bigint NOT NULL,
    team_id bigint,
    clock_notes jsonb NOT NULL,
    escalate_at timestamp with time zone NOT NULL,
    escalation_level smallint NOT NULL,
    tags character varying(40)[] NOT NULL,
    calendar_id bigint,
    routed_by_id bigint,
    first_contact_warn_at timestamp with time zone,
    last_seen_change bigint,
    ask_again_at timestamp with time zone,
    asked_again_at timestamp with time zone,
    score_after smallint,
    customer_said character varying(9),
    CONSTRAINT followup_ticket_escalation_level_check CHECK ((escalation_level >= 0)),
    CONSTRAINT followup_ticket_history_count_check CHECK ((history_count >= 0)),
    CONSTRAINT ticket_outcome_known CHECK (((outcome IS NULL) OR ((outcome) IN ('recovered', 'kept', 'lost', 'unreachable', 'no_action')))),
    CONSTRAINT ticket_resolved_with_outcome CHECK ((((outcome IS NOT NULL) AND (resolved_at IS NOT NULL) AND ((status)::text = 'resolved'::text)) OR ((NOT ((status)::text = 'resolved'::text)) AND (outcome IS NULL) AND (resolved_at IS NULL)))),
    CONSTRAINT ticket_said_known CHECK (((customer_said IS NULL) OR ((customer_said) IN ('fixed', 'not_fixed')))),
    CONSTRAINT ticket_score_after_range CHECK (((score_after IS NULL) OR (score_after BETWEEN 0 AND 10))),
    CONSTRAINT ticket_score_range CHECK ((score BETWEEN 0 AND 10)),
    CONSTRAINT ticket_stage_known CHECK ((stage = ANY (ARRAY[0, 1, 2, 3, 4]))),
    CONSTRAINT ticket_status_known CHECK (((status) IN ('open', 'contacted', 'waiting', 'resolved')))
);

CREATE FUNCTION public.followup_promise_state(ticket public.followup_ticket) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE
        WHEN ticket.score > 6 OR ticket.discarded_at IS NOT NULL OR ticket.first_contact_due_at IS NULL THEN NULL
        WHEN ticket.first_contact_at <= ticket.first_contact_due_at THEN 'met'
        WHEN ticket.first_contact_at IS NOT NULL THEN 'missed'
        WHEN ticket.resolved_at IS NULL THEN 'running'
        WHEN ticket.outcome IS DISTINCT FROM 'no_action' THEN 'missed'
    END
$$;

CREATE FUNCTION public.surveys_decision_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = ''
        AND (NEW.id, NEW.response_id, NEW.kind, NEW.before, NEW.by_id, NEW.at, NEW.bulk_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.response_id, OLD.kind, OLD.before, OLD.by_id, OLD.at, OLD.bulk_id) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE'
        AND surveys_removes_sample((SELECT survey_id FROM surveys_response WHERE id = OLD.response_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'surveys_decision is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.surveys_removes_sample(survey bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(current_setting('winback.removing_samples', true), '') = 'on'
        AND EXISTS (SELECT FROM surveys_sample WHERE survey = ANY (survey_ids))
$$;

CREATE FUNCTION public.surveys_responsechange_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.old_comment = ''
        AND (NEW.id, NEW.response_id, NEW.at, NEW.old_score, NEW.new_score)
            IS NOT DISTINCT FROM (OLD.id, OLD.response_id, OLD.at, OLD.old_score, OLD.new_score) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE'
        AND surveys_removes_sample((SELECT survey_id FROM surveys_response WHERE id = OLD.response_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'surveys_responsechange is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.surveys_sample_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.survey_ids IS DISTINCT FROM OLD.survey_ids THEN
        RAISE EXCEPTION 'the list of sample surveys is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM surveys_response WHERE survey_id = ANY (NEW.survey_ids)) THEN
        RAISE EXCEPTION 'a survey with answers is no sample' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.tallying_answer_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM tallying_mark_day(OLD.answered_at);
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.answered_at <> OLD.answered_at) THEN
        PERFORM tallying_mark_day(NEW.answered_at);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.tallying_answer_of_ask_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM tallying_mark_ask_day(coalesce(sent_at, asked_at, created_at)) FROM surveys_invitation
        WHERE id = OLD.invitation_id OR id = NEW.invitation_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.tallying_ask_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    asked CONSTANT text[] := ARRAY['created', 'sent', 'delivered', 'bounced', 'answered'];
    before CONSTANT timestamptz := CASE WHEN OLD.status = ANY(asked)
        THEN coalesce(OLD.sent_at, OLD.asked_at, OLD.created_at) END;
    after CONSTANT timestamptz := CASE WHEN NEW.status = ANY(asked)
        THEN coalesce(NEW.sent_at, NEW.asked_at, NEW.created_at) END;
BEGIN
    IF before IS NOT NULL THEN
        PERFORM tallying_mark_ask_day(before);
    END IF;
    IF after IS NOT NULL AND after IS DISTINCT FROM before THEN
        PERFORM tallying_mark_ask_day(after);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.tallying_contact_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM tallying_mark_day(answered_at) FROM surveys_response WHERE contact_id = NEW.id AND state = 'confirmed';
    RETURN NULL;
END $$;

CREATE FUNCTION public.tallying_contact_of_asks_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM tallying_mark_ask_day(coalesce(sent_at, asked_at, created_at)) FROM surveys_invitation
        WHERE contact_id = NEW.id AND status = ANY(ARRAY['created', 'sent', 'delivered', 'bounced', 'answered']);
    RETURN NULL;
END $$;

CREATE FUNCTION public.tallying_count(survey bigint, on_day date, scored smallint, traits jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM tallying_markedtrait WHERE state = 'filling' OR state = 'ready') THEN
        INSERT INTO tallying_traittally AS tally (trait_id, survey_id, day, value, score, count)
        SELECT mark.id, survey, on_day, tallying_value(traits, mark.name), scored, 1
        FROM tallying_markedtrait mark WHERE mark.state = 'filling' OR mark.state = 'ready' ORDER BY mark.id
        ON CONFLICT (trait_id, survey_id, day, value, score) DO UPDATE SET count = tally.count + 1;
    END IF;
END
$$;

CREATE FUNCTION public.tallying_count_many(surveys bigint[], days date[], scores smallint[], traits jsonb[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
$$;

CREATE FUNCTION public.tallying_mark_ask_day(at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    me CONSTANT bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF at < statement_timestamp() - interval '1 hour' THEN
        INSERT INTO tallying_changedaskday (day, changed_by)
        SELECT changed.day, me FROM (
            SELECT (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date
        ) AS changed (day)
        WHERE NOT EXISTS (SELECT FROM tallying_changedaskday known WHERE changed_by = me AND known.day = changed.day);
    END IF;
END $$;

CREATE FUNCTION public.tallying_mark_day(at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    me CONSTANT bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF at < statement_timestamp() - interval '1 hour' THEN
        INSERT INTO tallying_changedday (day, changed_by)
        SELECT changed.day, me FROM (
            SELECT (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date
        ) AS changed (day)
        WHERE NOT EXISTS (SELECT FROM tallying_changedday known WHERE changed_by = me AND known.day = changed.day);
    END IF;
END $$;

CREATE FUNCTION public.tallying_value(traits jsonb, trait text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT left(coalesce((traits -> trait)::text, 'null'), 600) COLLATE "C" $$;

CREATE FUNCTION public.themes_forget() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM themes_suggestion WHERE response_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.words_forget() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM words_commentterms WHERE response_id = NEW.id;
    INSERT INTO words_toread (response_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounts_apikey (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    scope character varying(5) NOT NULL,
    hashed_key character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    survey_id bigint,
    user_id bigint NOT NULL,
    CONSTRAINT api_key_scope_known CHECK (((scope) IN ('read', 'write', 'admin')))
);

ALTER TABLE public.accounts_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounts_linkkey (
    id smallint NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_linkkey_id_check CHECK ((id >= 0)),
    CONSTRAINT link_key_only_one CHECK ((id = 1))
);

CREATE TABLE public.accounts_passwordreset (
    id bigint NOT NULL,
    hashed_token character varying(64) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    user_id bigint NOT NULL
);

ALTER TABLE public.accounts_passwordreset ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_passwordreset_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounts_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL,
    agent character varying(300) NOT NULL,
    address inet,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    user_id bigint
);

CREATE TABLE public.accounts_team (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    lead_id bigint
);

ALTER TABLE public.accounts_team ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounts_team_members (
    id bigint NOT NULL,
    team_id bigint NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.accounts_team_members ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_team_members_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
    role character varying(10) NOT NULL,
    all_teams boolean NOT NULL,
    language character varying(5) NOT NULL,
    time_zone character varying(64) NOT NULL,
    single_keys boolean NOT NULL,
    is_active boolean NOT NULL,
    is_service boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    mail_about_tickets character varying(5) NOT NULL,
    weekly_day smallint DEFAULT 0,
    weekly_time time without time zone DEFAULT '07:30:00'::time without time zone NOT NULL,
    CONSTRAINT accounts_user_weekly_day_check CHECK ((weekly_day >= 0)),
    CONSTRAINT user_email_lower_case CHECK (((email)::text = lower((email)::text))),
    CONSTRAINT user_role_known CHECK (((role) IN ('admin', 'manager', 'agent', 'viewer'))),
    CONSTRAINT user_weekly_day_is_one CHECK (((weekly_day IS NULL) OR (weekly_day BETWEEN 0 AND 6)))
);

ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.api_idempotentrequest (
    id bigint NOT NULL,
    key character varying(255) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    status smallint NOT NULL,
    body jsonb,
    created_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.api_idempotentrequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.api_idempotentrequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auditlog_logentry (
    id integer NOT NULL,
    object_pk character varying(255) NOT NULL,
    object_id bigint,
    object_repr text NOT NULL,
    action smallint NOT NULL,
    changes jsonb,
    "timestamp" timestamp with time zone NOT NULL,
    actor_id bigint,
    content_type_id integer NOT NULL,
    remote_addr inet,
    additional_data jsonb,
    serialized_data jsonb,
    cid character varying(255),
    changes_text text NOT NULL,
    remote_port integer,
    actor_email character varying(254),
    CONSTRAINT auditlog_logentry_action_check CHECK ((action >= 0)),
    CONSTRAINT auditlog_logentry_remote_port_check CHECK ((remote_port >= 0))
);

ALTER TABLE public.auditlog_logentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auditlog_logentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.background_putaside (
    id bigint NOT NULL,
    sweep character varying(100) NOT NULL,
    row_id bigint NOT NULL,
    failures integer NOT NULL,
    retry_at timestamp with time zone NOT NULL,
    error character varying(100) NOT NULL,
    message character varying(300) NOT NULL,
    first_at timestamp with time zone NOT NULL,
    CONSTRAINT background_putaside_failures_check CHECK ((failures >= 0))
);

ALTER TABLE public.background_putaside ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.background_putaside_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.branding_branding (
    id smallint NOT NULL,
    sender_name character varying(60) NOT NULL,
    accent character varying(7) NOT NULL,
    second character varying(7) NOT NULL,
    png_id character varying(32),
    svg_id character varying(32),
    CONSTRAINT branding_branding_id_check CHECK ((id >= 0)),
    CONSTRAINT branding_colours_known CHECK ((((accent)::text ~ '^(#[0-9a-f]{6})?$'::text) AND ((second)::text ~ '^(#[0-9a-f]{6})?$'::text))),
    CONSTRAINT branding_once CHECK ((id = 1))
);

CREATE TABLE public.branding_logo (
    digest character varying(32) NOT NULL,
    kind character varying(3) NOT NULL,
    content bytea NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT branding_logo_height_check CHECK ((height >= 0)),
    CONSTRAINT branding_logo_width_check CHECK ((width >= 0)),
    CONSTRAINT logo_kind_known CHECK (((kind) IN ('png', 'svg'))),
    CONSTRAINT logo_within_32_kib CHECK ((length(content) <= 32768))
);

CREATE TABLE public.call_slots_callbooking (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    freed_at timestamp with time zone,
    person_id bigint NOT NULL,
    promise_id bigint NOT NULL,
    response_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);

ALTER TABLE public.call_slots_callbooking ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.call_slots_callbooking_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.conversations_attachment (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    content_type character varying(100) NOT NULL,
    size integer NOT NULL,
    message_id bigint NOT NULL,
    CONSTRAINT conversations_attachment_size_check CHECK ((size >= 0))
);

ALTER TABLE public.conversations_attachment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conversations_attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.conversations_attachmentcontent (
    attachment_id bigint NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE public.conversations_maildigest (
    digest character varying(64) NOT NULL,
    message_id bigint
);

CREATE TABLE public.conversations_message (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    direction character varying(3) NOT NULL,
    channel character varying(4) NOT NULL,
    status character varying(9) NOT NULL,
    from_address character varying(320) NOT NULL,
    from_name character varying(200) NOT NULL,
    to_address character varying(320) NOT NULL,
    subject character varying(300) NOT NULL,
    text text NOT NULL,
    quoted text NOT NULL,
    language character varying(5) NOT NULL,
    at timestamp with time zone NOT NULL,
    send_at timestamp with time zone,
    sent_at timestamp with time zone,
    is_automatic boolean NOT NULL,
    is_accepted boolean NOT NULL,
    is_thanks boolean NOT NULL,
    message_id character varying(320) NOT NULL,
    "references" character varying(320)[] NOT NULL,
    set_aside_at timestamp with time zone,
    erased_at timestamp with time zone,
    author_id bigint,
    contact_id bigint,
    ticket_id bigint,
    complained_at timestamp with time zone,
    sender_check character varying(9) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT message_channel_known CHECK (((channel) IN ('mail', 'case'))),
    CONSTRAINT message_sender_check_known CHECK ((((sender_check)::text = ''::text) OR (((direction)::text = 'in'::text) AND ((sender_check) IN ('passed', 'failed', 'unchecked'))))),
    CONSTRAINT message_status_of_direction CHECK (((((direction)::text = 'out'::text) AND ((status) IN ('queued', 'sent', 'delivered', 'bounced', 'failed', 'unknown', 'cancelled')) AND (ticket_id IS NOT NULL)) OR (((direction)::text = 'in'::text) AND ((status) IN ('received', 'waiting'))))),
    CONSTRAINT message_without_ticket_waits CHECK (((ticket_id IS NOT NULL) OR ((status)::text = 'waiting'::text)))
);

ALTER TABLE public.conversations_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conversations_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.conversations_rawmail (
    message_id bigint NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE public.customer_case_casemessage (
    message_id bigint NOT NULL,
    submission uuid,
    response_id bigint NOT NULL
);

CREATE TABLE public.customer_case_closedcase (
    response_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint
);

CREATE TABLE public.deliveries_delivery (
    id bigint NOT NULL,
    kind character varying(7) NOT NULL,
    audience character varying(8) NOT NULL,
    status character varying(10) NOT NULL,
    dedupe_key character varying(200) NOT NULL,
    about character varying(100) NOT NULL,
    template character varying(50) NOT NULL,
    to_address character varying(320) NOT NULL,
    language character varying(5) NOT NULL,
    subject character varying(300) NOT NULL,
    body_text text NOT NULL,
    body_html text NOT NULL,
    message_id uuid NOT NULL,
    attempts smallint NOT NULL,
    last_error character varying(500) NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    retry_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    sent_at timestamp with time zone,
    repeated_at timestamp with time zone,
    to_announce boolean DEFAULT false NOT NULL,
    to_cancel boolean DEFAULT false NOT NULL,
    refused_as character varying(7) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT deliveries_delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT delivery_kind_known CHECK (((kind) IN ('mail', 'webhook'))),
    CONSTRAINT delivery_status_known CHECK (((status) IN ('queued', 'in_flight', 'sent', 'stored', 'failed', 'unknown', 'suppressed', 'cancelled')))
);

ALTER TABLE public.deliveries_delivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.deliveries_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.events_event (
    id bigint NOT NULL,
    day date NOT NULL,
    words character varying(80) NOT NULL,
    by_id bigint,
    survey_id bigint,
    CONSTRAINT event_says_something CHECK ((NOT ((words)::text = ''::text)))
);

ALTER TABLE public.events_event ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.first_steps_owncompany (
    id smallint NOT NULL,
    name character varying(100) NOT NULL,
    language character varying(5) NOT NULL,
    currency character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    CONSTRAINT first_steps_owncompany_id_check CHECK ((id >= 0)),
    CONSTRAINT own_company_once CHECK ((id = 1)),
    CONSTRAINT own_currency_three CHECK (((currency)::text ~ '^([A-Z]{3})?$'::text))
);

CREATE TABLE public.first_steps_putaway (
    id smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    CONSTRAINT first_steps_putaway_id_check CHECK ((id >= 0)),
    CONSTRAINT put_away_once CHECK ((id = 1))
);

CREATE TABLE public.followup_absence (
    id bigint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    person_id bigint NOT NULL,
    stand_in_id bigint,
    CONSTRAINT absence_in_order CHECK ((last_day >= first_day)),
    CONSTRAINT absence_stand_in_other CHECK (((stand_in_id IS NULL) OR (NOT ((stand_in_id = person_id) AND (stand_in_id IS NOT NULL)))))
);

ALTER TABLE public.followup_absence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_absence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_activity (
    id bigint NOT NULL,
    number integer NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    data jsonb NOT NULL,
    previous_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    actor_id bigint,
    ticket_id bigint NOT NULL,
    CONSTRAINT followup_activity_number_check CHECK ((number >= 0))
);

ALTER TABLE public.followup_activity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_activity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_activitytext (
    activity_id bigint NOT NULL,
    salt bytea NOT NULL,
    text text NOT NULL,
    erased_at timestamp with time zone,
    language character varying(5) NOT NULL,
    words tsvector GENERATED ALWAYS AS (
CASE
    WHEN ((language)::text = 'en'::text) THEN to_tsvector('english'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(text), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
    WHEN ((language)::text = 'nl'::text) THEN to_tsvector('dutch'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(text), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
    WHEN ((language)::text = 'da'::text) THEN to_tsvector('danish'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(text), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
    ELSE to_tsvector('simple'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(text), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
END) STORED
);

CREATE TABLE public.followup_attempt (
    id bigint NOT NULL,
    result character varying(12) NOT NULL,
    channel character varying(9) NOT NULL,
    at timestamp with time zone NOT NULL,
    duration_s integer,
    counts boolean NOT NULL,
    bounced_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT attempt_channel_known CHECK (((channel) IN ('phone', 'email', 'in_person', 'other'))),
    CONSTRAINT attempt_result_known CHECK (((result) IN ('reached', 'voicemail', 'no_answer', 'wrong_number', 'sent'))),
    CONSTRAINT followup_attempt_duration_s_check CHECK ((duration_s >= 0))
);

ALTER TABLE public.followup_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_calendar (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    time_zone character varying(64) NOT NULL,
    week jsonb NOT NULL,
    country character varying(2) NOT NULL,
    subdivision character varying(10) NOT NULL
);

ALTER TABLE public.followup_calendar ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_calendar_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_calendarday (
    id bigint NOT NULL,
    day date NOT NULL,
    name character varying(100) NOT NULL,
    intervals jsonb NOT NULL,
    calendar_id bigint NOT NULL
);

ALTER TABLE public.followup_calendarday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_calendarday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_digestitem (
    id bigint NOT NULL,
    template character varying(40) NOT NULL,
    dedupe_key character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    person_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    send_at timestamp with time zone
);

ALTER TABLE public.followup_digestitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_digestitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_escalationlevel (
    id bigint NOT NULL,
    number smallint NOT NULL,
    hours_after integer NOT NULL,
    "to" character varying(8) NOT NULL,
    person_id bigint,
    play_id bigint NOT NULL,
    CONSTRAINT escalation_level_hours CHECK ((hours_after BETWEEN 1 AND 8760)),
    CONSTRAINT escalation_level_range CHECK ((number BETWEEN 1 AND 3)),
    CONSTRAINT escalation_level_to_known CHECK ((("to") IN ('lead', 'managers', 'person'))),
    CONSTRAINT followup_escalationlevel_hours_after_check CHECK ((hours_after >= 0)),
    CONSTRAINT followup_escalationlevel_number_check CHECK ((number >= 0))
);

ALTER TABLE public.followup_escalationlevel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_escalationlevel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_followupsettings (
    id smallint NOT NULL,
    account_manager_domains character varying(255)[] NOT NULL,
    CONSTRAINT follow_up_settings_only_one CHECK ((id = 1)),
    CONSTRAINT followup_followupsettings_id_check CHECK ((id >= 0))
);

CREATE TABLE public.followup_notice (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    by_id bigint,
    note_id bigint,
    person_id bigint NOT NULL,
    ticket_id bigint,
    about character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT notice_kind_known CHECK (((kind) IN ('mentioned', 'given', 'wrote', 'booked', 'worse', 'unsent', 'prepared', 'spam', 'improve', 'passed'))),
    CONSTRAINT notice_of_a_mention_has_its_note CHECK (((((kind)::text = 'mentioned'::text) AND (note_id IS NOT NULL)) OR ((NOT ((kind)::text = 'mentioned'::text)) AND (note_id IS NULL)))),
    CONSTRAINT notice_of_a_ticket_or_about_else CHECK (((((about)::text = ''::text) AND (ticket_id IS NOT NULL)) OR ((ticket_id IS NULL) AND (NOT ((about)::text = ''::text)))))
);

ALTER TABLE public.followup_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_pause (
    id bigint NOT NULL,
    kind character varying(7) NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ticket_id bigint NOT NULL,
    CONSTRAINT pause_in_order CHECK (((ended_at IS NULL) OR (ended_at >= began_at))),
    CONSTRAINT pause_kind_known CHECK (((kind) IN ('waiting', 'closed')))
);

ALTER TABLE public.followup_pause ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_pause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_play (
    id bigint NOT NULL,
    score smallint NOT NULL,
    opens_ticket boolean NOT NULL,
    priority character varying(8) NOT NULL,
    hours integer,
    warn_share double precision NOT NULL,
    contact_by character varying(16) NOT NULL,
    tells jsonb NOT NULL,
    owner_id bigint,
    team_id bigint,
    version_id bigint NOT NULL,
    call_script jsonb NOT NULL,
    compensation_currency character varying(3) NOT NULL,
    compensation_limit numeric(12,2),
    hours_run character varying(7) NOT NULL,
    mail_body jsonb NOT NULL,
    mail_subject jsonb NOT NULL,
    service_hours_only boolean NOT NULL,
    solve_hours integer,
    solve_hours_run character varying(7) NOT NULL,
    wait_limit_hours integer NOT NULL,
    ask_again_days smallint,
    offers_call_slots boolean DEFAULT false NOT NULL,
    reply_hours integer DEFAULT 24,
    CONSTRAINT followup_play_ask_again_days_check CHECK ((ask_again_days >= 0)),
    CONSTRAINT followup_play_hours_check CHECK ((hours >= 0)),
    CONSTRAINT followup_play_reply_hours_check CHECK ((reply_hours >= 0)),
    CONSTRAINT followup_play_solve_hours_check CHECK ((solve_hours >= 0)),
    CONSTRAINT followup_play_wait_limit_hours_check CHECK ((wait_limit_hours >= 0)),
    CONSTRAINT play_ask_again_days_range CHECK (((ask_again_days IS NULL) OR (ask_again_days BETWEEN 1 AND 365))),
    CONSTRAINT play_contact_by_known CHECK (((contact_by) IN ('person_or_phone', 'phone_else_email', 'email'))),
    CONSTRAINT play_hours_range CHECK (((hours IS NULL) OR (hours BETWEEN 1 AND 8760))),
    CONSTRAINT play_hours_run_known CHECK ((((hours_run) IN ('always', 'service')) AND ((solve_hours_run) IN ('always', 'service')))),
    CONSTRAINT play_priority_known CHECK (((priority) IN ('critical', 'high', 'normal', 'low'))),
    CONSTRAINT play_reply_hours_range CHECK (((reply_hours IS NULL) OR (reply_hours BETWEEN 1 AND 8760))),
    CONSTRAINT play_score_range CHECK ((score BETWEEN 0 AND 10)),
    CONSTRAINT play_solve_hours_range CHECK (((solve_hours IS NULL) OR (solve_hours BETWEEN 1 AND 8760))),
    CONSTRAINT play_wait_limit_range CHECK ((wait_limit_hours BETWEEN 0 AND 8760)),
    CONSTRAINT play_warn_share_range CHECK (((warn_share >= (0.0)::double precision) AND (warn_share <= (1.0)::double precision)))
);

ALTER TABLE public.followup_play ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_play_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_playbook (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    has_trial boolean DEFAULT false NOT NULL
);

ALTER TABLE public.followup_playbook ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_playbook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_playbookversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    playbook_id bigint,
    CONSTRAINT followup_playbookversion_number_check CHECK ((number >= 0))
);

ALTER TABLE public.followup_playbookversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_playbookversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_playstep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    kind character varying(16) NOT NULL,
    texts jsonb NOT NULL,
    is_required boolean NOT NULL,
    play_id bigint NOT NULL,
    CONSTRAINT followup_playstep_position_check CHECK (("position" >= 0)),
    CONSTRAINT play_step_kind_known CHECK (((kind) IN ('apologise', 'listen', 'compensation', 'explain', 'thank', 'account_manager', 'crm', 'next_contact', 'custom')))
);

ALTER TABLE public.followup_playstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_playstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_presence (
    id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    person_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);

ALTER TABLE public.followup_presence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_presence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_promise (
    id bigint NOT NULL,
    text text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state character varying(6) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    moved_count smallint NOT NULL,
    made_by_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    owner_read_at timestamp with time zone,
    is_call boolean DEFAULT false NOT NULL,
    CONSTRAINT followup_promise_moved_count_check CHECK ((moved_count >= 0)),
    CONSTRAINT promise_ended_with_its_time CHECK ((((ended_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT promise_state_known CHECK (((state) IN ('open', 'kept', 'waived')))
);

ALTER TABLE public.followup_promise ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_promise_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_promisechange (
    id bigint NOT NULL,
    clock_from timestamp with time zone NOT NULL,
    met smallint NOT NULL,
    missed smallint NOT NULL,
    running smallint NOT NULL,
    survey_id bigint NOT NULL,
    team_id bigint
);

ALTER TABLE public.followup_promisechange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_promisechange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_promisetally (
    id bigint NOT NULL,
    day date NOT NULL,
    met integer NOT NULL,
    missed integer NOT NULL,
    running integer NOT NULL,
    survey_id bigint NOT NULL,
    team_id bigint
);

ALTER TABLE public.followup_promisetally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_promisetally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_reminder (
    id bigint NOT NULL,
    text text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    raised_at timestamp with time zone,
    contact_id bigint NOT NULL,
    raised_by_id bigint,
    raised_on_id bigint,
    set_by_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);

ALTER TABLE public.followup_reminder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_reminder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_rootcause (
    id bigint NOT NULL,
    slug character varying(64) NOT NULL,
    names jsonb NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    parent_id bigint,
    CONSTRAINT followup_rootcause_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.followup_rootcause ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_rootcause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_routingrule (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    scores smallint[] NOT NULL,
    languages character varying(5)[] NOT NULL,
    traits jsonb NOT NULL,
    value_from numeric(14,2),
    value_to numeric(14,2),
    "to" character varying(15) NOT NULL,
    person_id bigint,
    team_id bigint,
    CONSTRAINT followup_routingrule_position_check CHECK (("position" >= 0)),
    CONSTRAINT routing_has_its_target CHECK ((((("to")::text = 'person'::text) AND (person_id IS NOT NULL)) OR ((("to")::text = 'team'::text) AND (team_id IS NOT NULL)) OR (("to")::text = 'account_manager'::text))),
    CONSTRAINT routing_scores_in_range CHECK ((scores <@ ARRAY[(0)::smallint, (1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint, (7)::smallint, (8)::smallint, (9)::smallint, (10)::smallint])),
    CONSTRAINT routing_to_known CHECK ((("to") IN ('account_manager', 'person', 'team')))
);

ALTER TABLE public.followup_routingrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_routingrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_routingrule_surveys (
    id bigint NOT NULL,
    routingrule_id bigint NOT NULL,
    survey_id bigint NOT NULL
);

ALTER TABLE public.followup_routingrule_surveys ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_routingrule_surveys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_savedview (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    query character varying(2000) NOT NULL,
    is_shared boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    owner_id bigint NOT NULL
);

ALTER TABLE public.followup_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_step (
    id bigint NOT NULL,
    play_score smallint NOT NULL,
    "position" smallint NOT NULL,
    kind character varying(16) NOT NULL,
    texts jsonb NOT NULL,
    is_required boolean NOT NULL,
    done_at timestamp with time zone,
    amount numeric(12,2),
    currency character varying(3) NOT NULL,
    done_by_id bigint,
    ticket_id bigint NOT NULL,
    CONSTRAINT followup_step_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.followup_step ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_surveyfollowup (
    id bigint NOT NULL,
    playbook_id bigint NOT NULL,
    survey_id bigint NOT NULL,
    churn_recorded_since date
);

ALTER TABLE public.followup_surveyfollowup ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_surveyfollowup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_teamfollowup (
    team_id bigint NOT NULL,
    calendar_id bigint
);

ALTER TABLE public.followup_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followup_workshare (
    id bigint NOT NULL,
    open_limit smallint,
    last_assigned_at timestamp with time zone,
    person_id bigint NOT NULL,
    team_id bigint NOT NULL,
    CONSTRAINT followup_workshare_open_limit_check CHECK ((open_limit >= 0))
);

ALTER TABLE public.followup_workshare ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.followup_workshare_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_eventcount (
    name character varying(100) NOT NULL,
    number bigint NOT NULL
);

CREATE TABLE public.health_signoflife (
    name character varying(100) NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.imports_contactimport (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    is_workbook boolean NOT NULL,
    encoding character varying(20) NOT NULL,
    separator character varying(1) NOT NULL,
    header jsonb NOT NULL,
    columns jsonb NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    state character varying(8) NOT NULL,
    total integer NOT NULL,
    next_part integer NOT NULL,
    made integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    bad integer NOT NULL,
    warned integer NOT NULL,
    undone_at timestamp with time zone,
    undone integer NOT NULL,
    "left" integer NOT NULL,
    forgotten_at timestamp with time zone,
    by_id bigint,
    team_id bigint,
    undone_by_id bigint,
    CONSTRAINT contact_import_state_known CHECK (((state) IN ('new', 'running', 'stopped', 'finished', 'undoing', 'undone'))),
    CONSTRAINT imports_contactimport_bad_check CHECK ((bad >= 0)),
    CONSTRAINT imports_contactimport_changed_check CHECK ((changed >= 0)),
    CONSTRAINT imports_contactimport_left_check CHECK (("left" >= 0)),
    CONSTRAINT imports_contactimport_made_check CHECK ((made >= 0)),
    CONSTRAINT imports_contactimport_next_part_check CHECK ((next_part >= 0)),
    CONSTRAINT imports_contactimport_total_check CHECK ((total >= 0)),
    CONSTRAINT imports_contactimport_unchanged_check CHECK ((unchanged >= 0)),
    CONSTRAINT imports_contactimport_undone_check CHECK ((undone >= 0)),
    CONSTRAINT imports_contactimport_warned_check CHECK ((warned >= 0))
);

ALTER TABLE public.imports_contactimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.imports_contactimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.imports_importedcompany (
    company_id bigint NOT NULL,
    run_id bigint NOT NULL
);

CREATE TABLE public.imports_importedcontact (
    line integer NOT NULL,
    is_made boolean NOT NULL,
    before jsonb,
    at timestamp with time zone NOT NULL,
    contact_id bigint NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT imports_importedcontact_line_check CHECK ((line >= 0))
);

CREATE TABLE public.imports_importfault (
    id bigint NOT NULL,
    line integer NOT NULL,
    field character varying(60) NOT NULL,
    value character varying(200) NOT NULL,
    code character varying(20) NOT NULL,
    detail character varying(200) NOT NULL,
    is_warning boolean NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT imports_importfault_line_check CHECK ((line >= 0))
);

ALTER TABLE public.imports_importfault ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.imports_importfault_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.imports_importpart (
    id bigint NOT NULL,
    number integer NOT NULL,
    content bytea NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT imports_importpart_number_check CHECK ((number >= 0))
);

ALTER TABLE public.imports_importpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.imports_importpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.imports_rememberedmatching (
    id bigint NOT NULL,
    fingerprint character varying(64) NOT NULL,
    columns jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.imports_rememberedmatching ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.imports_rememberedmatching_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.improvements_improvement (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    note text NOT NULL,
    due_on date,
    state character varying(7) NOT NULL,
    done_on date,
    since date,
    reviewed_at timestamp with time zone,
    is_telling boolean NOT NULL,
    stopped_because character varying(8) NOT NULL,
    told_at timestamp with time zone,
    looked_at timestamp with time zone,
    told_overdue_on date,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    owner_id bigint NOT NULL,
    reviewed_by_id bigint,
    team_id bigint,
    told_by_id bigint,
    CONSTRAINT improvement_done_with_its_day CHECK ((((done_on IS NOT NULL) AND ((state)::text = 'done'::text)) OR ((NOT ((state)::text = 'done'::text)) AND (done_on IS NULL)))),
    CONSTRAINT improvement_state_known CHECK (((state) IN ('open', 'doing', 'done', 'dropped'))),
    CONSTRAINT improvement_told_when_done_and_read CHECK (((NOT is_telling) OR ((reviewed_at IS NOT NULL) AND ((state)::text = 'done'::text))))
);

ALTER TABLE public.improvements_improvement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improvements_improvement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.improvements_improvement_root_causes (
    id bigint NOT NULL,
    improvement_id bigint NOT NULL,
    rootcause_id bigint NOT NULL
);

ALTER TABLE public.improvements_improvement_root_causes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improvements_improvement_root_causes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.improvements_lettertexts (
    id bigint NOT NULL,
    language character varying(5) NOT NULL,
    subject character varying(150) NOT NULL,
    body text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    improvement_id bigint NOT NULL
);

ALTER TABLE public.improvements_lettertexts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improvements_lettertexts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.improvements_told (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    status character varying(7) NOT NULL,
    reason character varying(16) NOT NULL,
    address character varying(254) NOT NULL,
    language character varying(5) NOT NULL,
    queued_at timestamp with time zone,
    sent_at timestamp with time zone,
    bounced_at timestamp with time zone,
    complained_at timestamp with time zone,
    contact_id bigint NOT NULL,
    improvement_id bigint NOT NULL,
    survey_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT told_status_known CHECK (((status) IN ('waiting', 'queued', 'sent', 'bounced', 'skipped', 'unknown')))
);

ALTER TABLE public.improvements_told ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improvements_told_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inbound_inboundmail (
    id bigint NOT NULL,
    uid bigint NOT NULL,
    message_id_hash character varying(64) NOT NULL,
    digest character varying(64) NOT NULL,
    kind character varying(11) NOT NULL,
    left_for character varying(10) NOT NULL,
    about character varying(100) NOT NULL,
    from_address character varying(320) NOT NULL,
    subject character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    read_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    source_id bigint NOT NULL,
    stays boolean DEFAULT false NOT NULL
);

ALTER TABLE public.inbound_inboundmail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.inbound_inboundmail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inbound_mailsource (
    id bigint NOT NULL,
    name character varying(400) NOT NULL,
    kind character varying(7) NOT NULL,
    reached_at timestamp with time zone,
    word_at timestamp with time zone,
    failed_at timestamp with time zone,
    failure character varying(100) NOT NULL,
    claimed_until timestamp with time zone,
    uid_validity bigint,
    last_uid bigint NOT NULL,
    read_again_since timestamp with time zone,
    again_uid bigint DEFAULT 0 NOT NULL,
    watched_until timestamp with time zone
);

ALTER TABLE public.inbound_mailsource ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.inbound_mailsource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inbound_takenevent (
    id bigint NOT NULL,
    digest character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.inbound_takenevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.inbound_takenevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.praise_lovedwords (
    id bigint NOT NULL,
    language character varying(5) NOT NULL,
    words jsonb NOT NULL,
    n integer NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    survey_id bigint NOT NULL,
    CONSTRAINT praise_lovedwords_n_check CHECK ((n >= 0))
);

ALTER TABLE public.praise_lovedwords ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.praise_lovedwords_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.praise_praise (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    person_id bigint NOT NULL,
    response_id bigint NOT NULL
);

ALTER TABLE public.praise_praise ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.praise_praise_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.privacy_erasure (
    id bigint NOT NULL,
    kind character varying(7) NOT NULL,
    row_id bigint NOT NULL,
    born_at timestamp with time zone NOT NULL,
    at timestamp with time zone NOT NULL,
    why character varying(10) NOT NULL,
    counts jsonb NOT NULL,
    by_id bigint,
    CONSTRAINT erasure_kind_known CHECK (((kind) IN ('contact', 'answer'))),
    CONSTRAINT erasure_why_known CHECK (((why) IN ('asked', 'not_needed', 'other')))
);

ALTER TABLE public.privacy_erasure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.privacy_erasure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.privacy_neverasked (
    digest character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.reports_report (
    id bigint NOT NULL,
    every character varying(5) NOT NULL,
    weekday smallint NOT NULL,
    at time without time zone NOT NULL,
    with_pdf boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    last_day date,
    person_id bigint NOT NULL,
    segment_id bigint,
    survey_id bigint,
    team_id bigint,
    CONSTRAINT report_every_known CHECK (((every) IN ('week', 'month'))),
    CONSTRAINT report_of_one_thing CHECK ((((survey_id IS NULL) AND (team_id IS NULL)) OR ((segment_id IS NULL) AND (survey_id IS NULL)) OR ((segment_id IS NULL) AND (team_id IS NULL)))),
    CONSTRAINT report_weekday_known CHECK ((weekday <= 6)),
    CONSTRAINT reports_report_weekday_check CHECK ((weekday >= 0))
);

ALTER TABLE public.reports_report ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.risk_atrisk (
    id bigint NOT NULL,
    rank numeric(14,2) NOT NULL,
    asks integer NOT NULL,
    silent_since timestamp with time zone,
    bounced_at timestamp with time zone,
    unsubscribed_at timestamp with time zone,
    fell_at timestamp with time zone,
    score_before smallint,
    looked_at timestamp with time zone NOT NULL,
    company_id bigint,
    contact_id bigint NOT NULL,
    response_id bigint,
    survey_id bigint,
    CONSTRAINT at_risk_fell_from CHECK (((fell_at IS NULL) OR ((response_id IS NOT NULL) AND (score_before IS NOT NULL)))),
    CONSTRAINT at_risk_for_a_reason CHECK (((silent_since IS NOT NULL) OR (bounced_at IS NOT NULL) OR (unsubscribed_at IS NOT NULL) OR (fell_at IS NOT NULL))),
    CONSTRAINT risk_atrisk_asks_check CHECK ((asks >= 0))
);

ALTER TABLE public.risk_atrisk ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.risk_atrisk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.scanners_openedmail (
    invitation_id bigint NOT NULL,
    domain character varying(255) NOT NULL,
    recipient bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    burst_at timestamp with time zone
);

CREATE TABLE public.scanners_opening (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    link character varying(8) NOT NULL,
    place bigint,
    agent bigint NOT NULL,
    is_looked_at boolean NOT NULL,
    invitation_id bigint NOT NULL
);

ALTER TABLE public.scanners_opening ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scanners_opening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.scanners_tap (
    response_id bigint NOT NULL,
    link character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    act character varying(7) NOT NULL,
    is_same_place boolean NOT NULL,
    is_same_agent boolean NOT NULL
);

CREATE TABLE public.sender_senderrecords (
    id smallint NOT NULL,
    selectors character varying(300) NOT NULL,
    texts jsonb NOT NULL,
    looked_up_at timestamp with time zone,
    CONSTRAINT sender_records_once CHECK ((id = 1)),
    CONSTRAINT sender_senderrecords_id_check CHECK ((id >= 0))
);

CREATE TABLE public.silence_call (
    id bigint NOT NULL,
    place integer NOT NULL,
    state character varying(11) DEFAULT 'waiting'::character varying NOT NULL,
    reason character varying(16) DEFAULT ''::character varying NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    not_before timestamp with time zone,
    claimed_at timestamp with time zone,
    asked_before timestamp with time zone,
    done_at timestamp with time zone,
    caller_id bigint,
    contact_id bigint NOT NULL,
    response_id bigint,
    call_list_id bigint NOT NULL,
    CONSTRAINT call_claimed_at_a_time CHECK ((((claimed_at IS NOT NULL) AND ((state)::text = 'claimed'::text)) OR ((NOT ((state)::text = 'claimed'::text)) AND (claimed_at IS NULL)))),
    CONSTRAINT call_state_known CHECK (((state) IN ('waiting', 'claimed', 'answered', 'refused', 'not_reached', 'left_out'))),
    CONSTRAINT silence_call_place_check CHECK ((place >= 0)),
    CONSTRAINT silence_call_tries_check CHECK ((tries >= 0))
);

ALTER TABLE public.silence_call ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.silence_call_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.silence_calllist (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    first_day date,
    last_day date,
    state character varying(8) NOT NULL,
    seed bigint NOT NULL,
    asked integer NOT NULL,
    promoters integer NOT NULL,
    passives integer NOT NULL,
    detractors integer NOT NULL,
    silent integer NOT NULL,
    reachable integer NOT NULL,
    drawn integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    campaign_id bigint,
    created_by_id bigint,
    survey_id bigint NOT NULL,
    CONSTRAINT call_list_counts CHECK (((drawn <= reachable) AND (reachable <= silent) AND (asked = (((promoters + passives) + detractors) + silent)))),
    CONSTRAINT call_list_ends_once CHECK ((((ended_at IS NULL) AND ((state)::text = 'running'::text)) OR ((NOT ((state)::text = 'running'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT call_list_state_known CHECK (((state) IN ('running', 'finished', 'stopped'))),
    CONSTRAINT silence_calllist_asked_check CHECK ((asked >= 0)),
    CONSTRAINT silence_calllist_detractors_check CHECK ((detractors >= 0)),
    CONSTRAINT silence_calllist_drawn_check CHECK ((drawn >= 0)),
    CONSTRAINT silence_calllist_passives_check CHECK ((passives >= 0)),
    CONSTRAINT silence_calllist_promoters_check CHECK ((promoters >= 0)),
    CONSTRAINT silence_calllist_reachable_check CHECK ((reachable >= 0)),
    CONSTRAINT silence_calllist_silent_check CHECK ((silent >= 0))
);

ALTER TABLE public.silence_calllist ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.silence_calllist_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_announcement (
    response_id bigint NOT NULL
);

CREATE TABLE public.surveys_answer (
    id bigint NOT NULL,
    value text NOT NULL,
    question_id bigint NOT NULL,
    response_id bigint NOT NULL
);

ALTER TABLE public.surveys_answer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_answersource (
    response_id bigint NOT NULL,
    source bigint NOT NULL,
    day date NOT NULL
);

CREATE TABLE public.surveys_askdecision (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    decision character varying(7) NOT NULL,
    reason character varying(16) NOT NULL,
    until timestamp with time zone,
    contact_id bigint NOT NULL,
    invitation_id bigint,
    survey_id bigint NOT NULL,
    CONSTRAINT ask_decision_known CHECK (((decision) IN ('asked', 'held', 'skipped')))
);

ALTER TABLE public.surveys_askdecision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_askdecision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_asking (
    id smallint NOT NULL,
    quarantine_days smallint NOT NULL,
    looked_at timestamp with time zone,
    CONSTRAINT asking_once CHECK ((id = 1)),
    CONSTRAINT surveys_asking_id_check CHECK ((id >= 0)),
    CONSTRAINT surveys_asking_quarantine_days_check CHECK ((quarantine_days >= 0))
);

CREATE TABLE public.surveys_bulkdecision (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    chosen jsonb NOT NULL,
    reason character varying(500) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    state character varying(8) NOT NULL,
    total integer NOT NULL,
    upto_id bigint NOT NULL,
    last_id bigint NOT NULL,
    done integer NOT NULL,
    "left" integer NOT NULL,
    failed integer NOT NULL,
    by_id bigint NOT NULL,
    undoes_id bigint,
    CONSTRAINT bulk_decision_kind_known CHECK (((kind) IN ('accepted', 'discarded', 'restored'))),
    CONSTRAINT bulk_decision_state_known CHECK (((state) IN ('running', 'stopped', 'finished'))),
    CONSTRAINT surveys_bulkdecision_done_check CHECK ((done >= 0)),
    CONSTRAINT surveys_bulkdecision_failed_check CHECK ((failed >= 0)),
    CONSTRAINT surveys_bulkdecision_left_check CHECK (("left" >= 0)),
    CONSTRAINT surveys_bulkdecision_total_check CHECK ((total >= 0))
);

ALTER TABLE public.surveys_bulkdecision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_bulkdecision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_campaign (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    status character varying(9) NOT NULL,
    paused_because character varying(11) NOT NULL,
    paused_detail character varying(300) NOT NULL,
    start_at timestamp with time zone,
    sample_share numeric(5,4),
    sample_count integer,
    seed bigint NOT NULL,
    daily_limit integer,
    window_days smallint[],
    window_from time without time zone,
    window_until time without time zone,
    reminders smallint[] NOT NULL,
    repeat_days smallint,
    started_at timestamp with time zone,
    resumed_at timestamp with time zone,
    ended_at timestamp with time zone,
    joined_on date,
    used_on date,
    used integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    segment_id bigint,
    survey_id bigint NOT NULL,
    CONSTRAINT campaign_daily_limit CHECK (((daily_limit IS NULL) OR (daily_limit >= 1))),
    CONSTRAINT campaign_few_reminders CHECK ((
CASE
    WHEN (reminders IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(reminders, 1), 0)
END <= 5)),
    CONSTRAINT campaign_paused_for_a_cause CHECK (((((paused_because) IN ('person', 'late', 'restored', 'policy', 'bounces', 'complaints', 'not_started')) AND ((status)::text = 'paused'::text)) OR ((NOT ((status)::text = 'paused'::text)) AND ((paused_because)::text = ''::text)))),
    CONSTRAINT campaign_repeat_days CHECK (((repeat_days IS NULL) OR (repeat_days BETWEEN 1 AND 3650))),
    CONSTRAINT campaign_sample_count CHECK (((sample_count IS NULL) OR ((repeat_days IS NULL) AND (sample_count >= 1)))),
    CONSTRAINT campaign_sample_share CHECK (((sample_share IS NULL) OR ((sample_count IS NULL) AND (sample_share > (0)::numeric) AND (sample_share <= (1)::numeric)))),
    CONSTRAINT campaign_scheduled_for_a_time CHECK (((NOT ((status)::text = 'scheduled'::text)) OR (start_at IS NOT NULL))),
    CONSTRAINT campaign_status_known CHECK (((status) IN ('draft', 'scheduled', 'running', 'paused', 'finished', 'stopped'))),
    CONSTRAINT campaign_window_whole CHECK ((((window_days IS NULL) AND (window_from IS NULL) AND (window_until IS NULL)) OR ((window_days <@ ARRAY[(1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint, (7)::smallint]) AND (
CASE
    WHEN (window_days IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(window_days, 1), 0)
END >= 1) AND (window_from IS NOT NULL) AND (window_until > window_from)))),
    CONSTRAINT surveys_campaign_daily_limit_check CHECK ((daily_limit >= 0)),
    CONSTRAINT surveys_campaign_repeat_days_check CHECK ((repeat_days >= 0)),
    CONSTRAINT surveys_campaign_sample_count_check CHECK ((sample_count >= 0)),
    CONSTRAINT surveys_campaign_used_check CHECK ((used >= 0))
);

ALTER TABLE public.surveys_campaign ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_company (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    value numeric(14,2),
    time_zone character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    search_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, COALESCE(regexp_replace(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower((COALESCE(name, ''::character varying))::text), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), '[]!-/:-@[\\^_`{|}~–—…“”„«»·]+'::text, ' '::text, 'g'::text), ''::text))) STORED
);

ALTER TABLE public.surveys_company ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_company_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_contact (
    id bigint NOT NULL,
    email character varying(254),
    phone character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    language character varying(5) NOT NULL,
    external_id character varying(200),
    account_manager character varying(254) NOT NULL,
    traits jsonb NOT NULL,
    value numeric(14,2),
    created_at timestamp with time zone NOT NULL,
    survey_id bigint,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, COALESCE(((COALESCE(regexp_replace(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower((((((((COALESCE(name, ''::character varying))::text || ' '::text) || (COALESCE(email, ''::character varying))::text) || ' '::text) || (COALESCE(external_id, ''::character varying))::text) || ' '::text) || COALESCE((traits ->> 'company'::text), ''::text))), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), '[]!-/:-@[\\^_`{|}~–—…“”„«»·]+'::text, ' '::text, 'g'::text), ''::text) || ' '::text) || COALESCE(regexp_replace(
CASE
    WHEN (NOT ((phone)::text = ''::text)) THEN ((COALESCE(' r'::text, ''::text) || ' '::text) || COALESCE(reverse(regexp_replace((phone)::text, '[^0-9]'::text, ''::text, 'g'::text)), ''::text))
    ELSE ''::text
END, ' '::text, ''::text, 'g'::text), ''::text)), ''::text))) STORED,
    ask_every_days smallint,
    bounced_at timestamp with time zone,
    changed_at timestamp with time zone,
    churned_at timestamp with time zone,
    do_not_contact boolean DEFAULT false NOT NULL,
    last_answered_at timestamp with time zone,
    last_asked_at timestamp with time zone,
    soft_bounced_since timestamp with time zone,
    soft_bounces smallint DEFAULT 0 NOT NULL,
    team_id bigint,
    time_zone character varying(64) DEFAULT ''::character varying NOT NULL,
    unsubscribed_at timestamp with time zone,
    company_id bigint,
    is_language_chosen boolean DEFAULT false NOT NULL,
    erased_at timestamp with time zone,
    CONSTRAINT surveys_contact_ask_every_days_check CHECK ((ask_every_days >= 0)),
    CONSTRAINT surveys_contact_soft_bounces_check CHECK ((soft_bounces >= 0))
);

ALTER TABLE public.surveys_contact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_decision (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    before character varying(11) NOT NULL,
    reason character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    response_id bigint NOT NULL,
    bulk_id bigint,
    CONSTRAINT decision_before_known CHECK (((before) IN ('provisional', 'confirmed', 'discarded'))),
    CONSTRAINT decision_kind_known CHECK (((kind) IN ('accepted', 'discarded', 'restored')))
);

ALTER TABLE public.surveys_decision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_invitation (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    status character varying(9) NOT NULL,
    send_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    contact_id bigint NOT NULL,
    created_by_id bigint,
    follows_id bigint,
    survey_id bigint NOT NULL,
    address character varying(320) DEFAULT ''::character varying NOT NULL,
    asked_at timestamp with time zone,
    bounced_at timestamp with time zone,
    channel character varying(5) DEFAULT 'link'::character varying NOT NULL,
    delivered_at timestamp with time zone,
    held_until timestamp with time zone,
    language character varying(5) DEFAULT ''::character varying NOT NULL,
    reason character varying(16) DEFAULT ''::character varying NOT NULL,
    sent_at timestamp with time zone,
    complained_at timestamp with time zone,
    remind_at timestamp with time zone,
    reminded smallint DEFAULT 0 NOT NULL,
    round integer DEFAULT 0 NOT NULL,
    time_zone character varying(64) DEFAULT ''::character varying NOT NULL,
    campaign_id bigint,
    asked_before timestamp with time zone,
    CONSTRAINT invitation_channel_known CHECK (((channel) IN ('link', 'email', 'phone'))),
    CONSTRAINT invitation_status_is_known CHECK (((status) IN ('created', 'waiting', 'held', 'sent', 'delivered', 'bounced', 'answered', 'skipped', 'unknown', 'revoked'))),
    CONSTRAINT surveys_invitation_reminded_check CHECK ((reminded >= 0)),
    CONSTRAINT surveys_invitation_round_check CHECK ((round >= 0))
);

ALTER TABLE public.surveys_invitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_mailtexts (
    id bigint NOT NULL,
    language character varying(5) NOT NULL,
    subject character varying(150) NOT NULL,
    intro text NOT NULL,
    closing text NOT NULL,
    why character varying(300) NOT NULL,
    survey_id bigint NOT NULL
);

ALTER TABLE public.surveys_mailtexts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_mailtexts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_question (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    kind character varying(6) NOT NULL,
    texts jsonb NOT NULL,
    options jsonb NOT NULL,
    is_active boolean NOT NULL,
    survey_id bigint NOT NULL,
    CONSTRAINT question_kind_known CHECK (((kind) IN ('rating', 'choice', 'text'))),
    CONSTRAINT surveys_question_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.surveys_question ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_response (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    submission uuid,
    score smallint NOT NULL,
    "group" character varying(9) GENERATED ALWAYS AS (
CASE
    WHEN (score <= 6) THEN 'detractor'::text
    WHEN (score <= 8) THEN 'passive'::text
    ELSE 'promoter'::text
END) STORED,
    comment text NOT NULL,
    language character varying(5) NOT NULL,
    channel character varying(8) NOT NULL,
    state character varying(11) NOT NULL,
    traits jsonb NOT NULL,
    contact_name character varying(200) NOT NULL,
    contact_email character varying(254) NOT NULL,
    contact_phone character varying(40) NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    changed_at timestamp with time zone,
    processed_at timestamp with time zone DEFAULT now(),
    is_imported boolean NOT NULL,
    contact_id bigint,
    follows_id bigint,
    invitation_id bigint,
    survey_id bigint NOT NULL,
    words_id bigint,
    evidence jsonb,
    comment_words tsvector GENERATED ALWAYS AS (
CASE
    WHEN ((language)::text = 'en'::text) THEN to_tsvector('english'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(comment), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
    WHEN ((language)::text = 'nl'::text) THEN to_tsvector('dutch'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(comment), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
    WHEN ((language)::text = 'da'::text) THEN to_tsvector('danish'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(comment), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
    ELSE to_tsvector('simple'::regconfig, COALESCE(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower(comment), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), ''::text))
END) STORED,
    erased_at timestamp with time zone,
    CONSTRAINT response_channel_is_known CHECK (((channel) IN ('link', 'personal', 'phone', 'api', 'import'))),
    CONSTRAINT response_score_range CHECK ((score BETWEEN 0 AND 10)),
    CONSTRAINT response_state_known CHECK (((state) IN ('provisional', 'confirmed', 'discarded')))
);

ALTER TABLE public.surveys_response ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_response_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_responsechange (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    old_score smallint NOT NULL,
    new_score smallint NOT NULL,
    old_comment text NOT NULL,
    response_id bigint NOT NULL,
    old_can_be_reached boolean
);

ALTER TABLE public.surveys_responsechange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_responsechange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_sample (
    id smallint NOT NULL,
    survey_ids bigint[] NOT NULL,
    made jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT sample_only_one CHECK ((id = 1)),
    CONSTRAINT surveys_sample_id_check CHECK ((id >= 0))
);

CREATE TABLE public.surveys_segment (
    id bigint NOT NULL,
    slug character varying(64) NOT NULL,
    name character varying(200) NOT NULL,
    filter jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint
);

ALTER TABLE public.surveys_segment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_segment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_survey (
    id bigint NOT NULL,
    slug character varying(64) NOT NULL,
    name character varying(200) NOT NULL,
    brand character varying(100) NOT NULL,
    status character varying(6) NOT NULL,
    default_language character varying(5) NOT NULL,
    languages character varying(5)[] NOT NULL,
    allowed_traits character varying(50)[] NOT NULL,
    closes_at timestamp with time zone,
    edit_days smallint NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    team_id bigint,
    flood_limit integer,
    flood_limit_learnt integer DEFAULT 200 NOT NULL,
    flood_told_on date,
    quarantine_days smallint,
    CONSTRAINT survey_default_language_spoken CHECK ((languages @> ARRAY[default_language])),
    CONSTRAINT survey_languages_known CHECK (((languages <@ ARRAY['en'::character varying(5), 'nl'::character varying(5), 'da'::character varying(5)]) AND (
CASE
    WHEN (languages IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(languages, 1), 0)
END >= 1))),
    CONSTRAINT survey_status_known CHECK (((status) IN ('draft', 'live', 'paused', 'closed'))),
    CONSTRAINT surveys_survey_edit_days_check CHECK ((edit_days >= 0)),
    CONSTRAINT surveys_survey_flood_limit_check CHECK ((flood_limit >= 0)),
    CONSTRAINT surveys_survey_flood_limit_learnt_check CHECK ((flood_limit_learnt >= 0)),
    CONSTRAINT surveys_survey_quarantine_days_check CHECK ((quarantine_days >= 0)),
    CONSTRAINT surveys_survey_revision_check CHECK ((revision >= 0))
);

ALTER TABLE public.surveys_survey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_survey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_surveywords (
    id bigint NOT NULL,
    language character varying(5) NOT NULL,
    version integer NOT NULL,
    question character varying(300) NOT NULL,
    low_label character varying(60) NOT NULL,
    high_label character varying(60) NOT NULL,
    ask_detractor character varying(300) NOT NULL,
    ask_passive character varying(300) NOT NULL,
    ask_promoter character varying(300) NOT NULL,
    ask_any character varying(300) NOT NULL,
    thanks_detractor text NOT NULL,
    thanks_passive text NOT NULL,
    thanks_promoter text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    survey_id bigint NOT NULL,
    ask_3_4 character varying(300) DEFAULT ''::character varying NOT NULL,
    thanks_3_4 text DEFAULT ''::text NOT NULL,
    ask_5_6 character varying(300) DEFAULT ''::character varying NOT NULL,
    thanks_5_6 text DEFAULT ''::text NOT NULL,
    CONSTRAINT surveys_surveywords_version_check CHECK ((version >= 0))
);

ALTER TABLE public.surveys_surveywords ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_surveywords_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_tally (
    day date NOT NULL,
    score smallint NOT NULL,
    count integer NOT NULL,
    survey_id bigint NOT NULL,
    CONSTRAINT tally_count_not_negative CHECK ((count >= 0)),
    CONSTRAINT tally_score_range CHECK ((score BETWEEN 0 AND 10))
);

CREATE TABLE public.surveys_tallyzone (
    id smallint NOT NULL,
    name character varying(64) NOT NULL,
    CONSTRAINT surveys_tallyzone_id_check CHECK ((id >= 0)),
    CONSTRAINT tally_zone_only_one CHECK ((id = 1))
);

CREATE TABLE public.surveys_traitlabel (
    id bigint NOT NULL,
    name character varying(50) NOT NULL,
    labels jsonb NOT NULL
);

ALTER TABLE public.surveys_traitlabel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_traitlabel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.surveys_unsubscription (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    contact_id bigint NOT NULL,
    survey_id bigint NOT NULL
);

ALTER TABLE public.surveys_unsubscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.surveys_unsubscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tallying_askcount (
    day date NOT NULL,
    campaign bigint NOT NULL,
    channel character varying(5) NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    asked integer NOT NULL,
    mailed integer NOT NULL,
    delivered integer NOT NULL,
    answered integer NOT NULL,
    commented integer NOT NULL,
    division_id bigint NOT NULL,
    survey_id bigint NOT NULL
);

CREATE TABLE public.tallying_changedaskday (
    id bigint NOT NULL,
    day date NOT NULL,
    changed_by bigint NOT NULL
);

ALTER TABLE public.tallying_changedaskday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tallying_changedaskday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tallying_changedday (
    id bigint NOT NULL,
    day date NOT NULL,
    changed_by bigint NOT NULL
);

ALTER TABLE public.tallying_changedday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tallying_changedday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tallying_countedday (
    day date NOT NULL,
    is_over boolean NOT NULL,
    division_id bigint NOT NULL
);

CREATE TABLE public.tallying_countedsofar (
    division_id bigint NOT NULL,
    day date NOT NULL,
    until timestamp with time zone NOT NULL,
    is_over boolean NOT NULL
);

CREATE TABLE public.tallying_daycount (
    day date NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    promoters integer NOT NULL,
    passives integer NOT NULL,
    detractors integer NOT NULL,
    survey_id bigint NOT NULL,
    division_id bigint NOT NULL
);

CREATE TABLE public.tallying_division (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    looked_at timestamp with time zone
);

ALTER TABLE public.tallying_division ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tallying_division_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tallying_markedtrait (
    id bigint NOT NULL,
    name character varying(50) NOT NULL,
    place smallint NOT NULL,
    state character varying(8) NOT NULL,
    until bigint,
    filled_to bigint NOT NULL,
    "values" integer,
    looked_at timestamp with time zone,
    CONSTRAINT marked_trait_has_begun CHECK ((((state)::text = 'waiting'::text) OR (until IS NOT NULL))),
    CONSTRAINT marked_trait_place CHECK ((place BETWEEN 1 AND 5)),
    CONSTRAINT marked_trait_state_known CHECK (((state) IN ('waiting', 'filling', 'ready', 'refused'))),
    CONSTRAINT tallying_markedtrait_place_check CHECK ((place >= 0)),
    CONSTRAINT tallying_markedtrait_values_check CHECK (("values" >= 0))
);

ALTER TABLE public.tallying_markedtrait ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tallying_markedtrait_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tallying_traittally (
    day date NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    score smallint NOT NULL,
    count integer NOT NULL,
    survey_id bigint NOT NULL,
    trait_id bigint NOT NULL,
    CONSTRAINT trait_tally_count_not_negative CHECK ((count >= 0)),
    CONSTRAINT trait_tally_score_range CHECK ((score BETWEEN 0 AND 10))
)
WITH (fillfactor='70');

CREATE TABLE public.themes_causequality (
    id bigint NOT NULL,
    n integer NOT NULL,
    curve jsonb NOT NULL,
    words jsonb NOT NULL,
    cause_id bigint NOT NULL,
    theme_id bigint NOT NULL,
    CONSTRAINT themes_causequality_n_check CHECK ((n >= 0))
);

ALTER TABLE public.themes_causequality ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.themes_causequality_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.themes_learning (
    id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    done smallint NOT NULL,
    steps smallint NOT NULL,
    n integer NOT NULL,
    "right" integer NOT NULL,
    suggested integer NOT NULL,
    theme_id bigint NOT NULL,
    CONSTRAINT themes_learning_done_check CHECK ((done >= 0)),
    CONSTRAINT themes_learning_n_check CHECK ((n >= 0)),
    CONSTRAINT themes_learning_right_check CHECK (("right" >= 0)),
    CONSTRAINT themes_learning_steps_check CHECK ((steps >= 0)),
    CONSTRAINT themes_learning_suggested_check CHECK ((suggested >= 0))
);

ALTER TABLE public.themes_learning ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.themes_learning_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.themes_suggestion (
    response_id bigint NOT NULL,
    confidence smallint NOT NULL,
    words jsonb NOT NULL,
    learnt_at timestamp with time zone NOT NULL,
    cause_id bigint NOT NULL,
    CONSTRAINT themes_confidence_range CHECK ((confidence <= 100)),
    CONSTRAINT themes_suggestion_confidence_check CHECK ((confidence >= 0))
);

CREATE TABLE public.themes_theme (
    id bigint NOT NULL,
    language character varying(2) NOT NULL,
    learnt_at timestamp with time zone,
    claimed_at timestamp with time zone,
    n integer NOT NULL,
    "right" integer NOT NULL,
    causes jsonb NOT NULL,
    bias jsonb NOT NULL,
    weights jsonb NOT NULL,
    CONSTRAINT themes_language_known CHECK (((language) IN ('da', 'en', 'nl'))),
    CONSTRAINT themes_theme_n_check CHECK ((n >= 0)),
    CONSTRAINT themes_theme_right_check CHECK (("right" >= 0))
);

ALTER TABLE public.themes_theme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.themes_theme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.themes_themesettings (
    id bigint NOT NULL,
    "precision" smallint NOT NULL,
    CONSTRAINT themes_precision_range CHECK ((("precision" >= 50) AND ("precision" <= 99))),
    CONSTRAINT themes_settings_once CHECK ((id = 1)),
    CONSTRAINT themes_themesettings_precision_check CHECK (("precision" >= 0))
);

ALTER TABLE public.themes_themesettings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.themes_themesettings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.trials_draw (
    id bigint NOT NULL,
    arm character varying(1) NOT NULL,
    score smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    contact_id bigint,
    ticket_id bigint NOT NULL,
    trial_id bigint NOT NULL,
    CONSTRAINT draw_arm_known CHECK (((arm) IN ('a', 'b')))
);

ALTER TABLE public.trials_draw ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.trials_draw_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.trials_trial (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    expectation text NOT NULL,
    scores smallint[] NOT NULL,
    baseline smallint NOT NULL,
    effect smallint NOT NULL,
    per_arm integer NOT NULL,
    window_days smallint NOT NULL,
    last_day date NOT NULL,
    state character varying(7) NOT NULL,
    seed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    drawn_until timestamp with time zone,
    counts_until timestamp with time zone,
    ended_at timestamp with time zone,
    stop_reason text NOT NULL,
    result jsonb,
    adopted_at timestamp with time zone,
    adopted_id bigint,
    adopted_by_id bigint,
    before_id bigint,
    changed_id bigint NOT NULL,
    created_by_id bigint,
    playbook_id bigint NOT NULL,
    started_by_id bigint,
    stopped_by_id bigint,
    CONSTRAINT trial_ends_in_order CHECK ((((drawn_until IS NULL) AND ((state) IN ('draft', 'drawing'))) OR ((counts_until IS NOT NULL) AND (drawn_until IS NOT NULL) AND ((state)::text = 'waiting'::text)) OR ((drawn_until IS NOT NULL) AND (ended_at IS NOT NULL) AND ((state) IN ('ended', 'stopped'))))),
    CONSTRAINT trial_result_at_the_end CHECK ((((result IS NOT NULL) AND ((state)::text = 'ended'::text)) OR ((NOT ((state)::text = 'ended'::text)) AND (result = 'null'::jsonb)))),
    CONSTRAINT trial_size_range CHECK (((baseline BETWEEN 1 AND 98) AND (effect BETWEEN 1 AND 98) AND (per_arm >= 2))),
    CONSTRAINT trial_started_with_plays CHECK ((((before_id IS NULL) AND (started_at IS NULL) AND ((state)::text = 'draft'::text)) OR ((NOT ((state)::text = 'draft'::text)) AND (before_id IS NOT NULL) AND (started_at IS NOT NULL)))),
    CONSTRAINT trial_state_known CHECK (((state) IN ('draft', 'drawing', 'waiting', 'ended', 'stopped'))),
    CONSTRAINT trial_stopped_with_a_reason CHECK (((NOT ((state)::text = 'stopped'::text)) OR (stop_reason > ''::text))),
    CONSTRAINT trial_window_range CHECK ((window_days BETWEEN 21 AND 180)),
    CONSTRAINT trials_trial_baseline_check CHECK ((baseline >= 0)),
    CONSTRAINT trials_trial_effect_check CHECK ((effect >= 0)),
    CONSTRAINT trials_trial_per_arm_check CHECK ((per_arm >= 0)),
    CONSTRAINT trials_trial_window_days_check CHECK ((window_days >= 0))
);

ALTER TABLE public.trials_trial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.trials_trial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.trials_trial_surveys (
    id bigint NOT NULL,
    trial_id bigint NOT NULL,
    survey_id bigint NOT NULL
);

ALTER TABLE public.trials_trial_surveys ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.trials_trial_surveys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wall_walllink (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    name character varying(80) NOT NULL,
    language character varying(5) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    made_by_id bigint,
    survey_id bigint,
    team_id bigint,
    CONSTRAINT wall_link_has_a_name CHECK ((NOT ((name)::text = ''::text))),
    CONSTRAINT wall_link_survey_or_team CHECK (((survey_id IS NULL) OR (team_id IS NULL)))
);

ALTER TABLE public.wall_walllink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wall_walllink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.web_formsubmission (
    id bigint NOT NULL,
    fingerprint character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.web_formsubmission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.web_formsubmission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.weekly_weeklymail (
    id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    basis character varying(100) NOT NULL,
    week date,
    person_id bigint NOT NULL
);

ALTER TABLE public.weekly_weeklymail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.weekly_weeklymail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.words_commentterms (
    response_id bigint NOT NULL,
    "group" character varying(9) NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    customer bigint NOT NULL,
    language character varying(2) NOT NULL,
    terms text[] NOT NULL,
    surfaces text[] NOT NULL,
    survey_id bigint NOT NULL,
    CONSTRAINT words_group_known CHECK ((("group") IN ('detractor', 'passive', 'promoter'))),
    CONSTRAINT words_language_known CHECK (((language) IN ('', 'en', 'nl', 'da')))
);

CREATE TABLE public.words_progress (
    id bigint NOT NULL,
    last_id bigint NOT NULL,
    CONSTRAINT words_progress_once CHECK ((id = 1))
);

ALTER TABLE public.words_progress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.words_progress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.words_toread (
    response_id bigint NOT NULL
);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_hashed_key_key UNIQUE (hashed_key);

ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.accounts_linkkey
    ADD CONSTRAINT accounts_linkkey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_passwordreset
    ADD CONSTRAINT accounts_passwordreset_hashed_token_key UNIQUE (hashed_token);

ALTER TABLE ONLY public.accounts_passwordreset
    ADD CONSTRAINT accounts_passwordreset_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_session
    ADD CONSTRAINT accounts_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.accounts_team_members
    ADD CONSTRAINT accounts_team_members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_team_members
    ADD CONSTRAINT accounts_team_members_team_id_user_id_f72999ba_uniq UNIQUE (team_id, user_id);

ALTER TABLE ONLY public.accounts_team
    ADD CONSTRAINT accounts_team_name_key UNIQUE (name);

ALTER TABLE ONLY public.accounts_team
    ADD CONSTRAINT accounts_team_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);

ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_activity
    ADD CONSTRAINT activity_number_once UNIQUE (ticket_id, number);

ALTER TABLE ONLY public.surveys_answer
    ADD CONSTRAINT answer_once_per_question UNIQUE (response_id, question_id);

ALTER TABLE ONLY public.api_idempotentrequest
    ADD CONSTRAINT api_idempotentrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auditlog_logentry
    ADD CONSTRAINT auditlog_logentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.background_putaside
    ADD CONSTRAINT background_putaside_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.branding_branding
    ADD CONSTRAINT branding_branding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.branding_logo
    ADD CONSTRAINT branding_logo_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.followup_calendarday
    ADD CONSTRAINT calendar_day_once UNIQUE (calendar_id, day);

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT call_once_a_customer UNIQUE (call_list_id, contact_id);

ALTER TABLE ONLY public.call_slots_callbooking
    ADD CONSTRAINT call_slots_callbooking_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.call_slots_callbooking
    ADD CONSTRAINT call_slots_callbooking_promise_id_key UNIQUE (promise_id);

ALTER TABLE ONLY public.imports_importpart
    ADD CONSTRAINT contact_import_part_once UNIQUE (run_id, number);

ALTER TABLE ONLY public.conversations_attachment
    ADD CONSTRAINT conversations_attachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversations_attachmentcontent
    ADD CONSTRAINT conversations_attachmentcontent_pkey PRIMARY KEY (attachment_id);

ALTER TABLE ONLY public.conversations_maildigest
    ADD CONSTRAINT conversations_maildigest_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY public.conversations_maildigest
    ADD CONSTRAINT conversations_maildigest_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.conversations_message
    ADD CONSTRAINT conversations_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversations_message
    ADD CONSTRAINT conversations_message_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.conversations_rawmail
    ADD CONSTRAINT conversations_rawmail_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.customer_case_casemessage
    ADD CONSTRAINT customer_case_casemessage_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.customer_case_casemessage
    ADD CONSTRAINT customer_case_casemessage_submission_key UNIQUE (submission);

ALTER TABLE ONLY public.customer_case_closedcase
    ADD CONSTRAINT customer_case_closedcase_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.deliveries_delivery
    ADD CONSTRAINT deliveries_delivery_dedupe_key_key UNIQUE (dedupe_key);

ALTER TABLE ONLY public.deliveries_delivery
    ADD CONSTRAINT deliveries_delivery_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY public.deliveries_delivery
    ADD CONSTRAINT deliveries_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.trials_draw
    ADD CONSTRAINT draw_once_per_customer UNIQUE (trial_id, contact_id);

ALTER TABLE ONLY public.trials_draw
    ADD CONSTRAINT draw_once_per_ticket UNIQUE (trial_id, ticket_id);

ALTER TABLE ONLY public.followup_escalationlevel
    ADD CONSTRAINT escalation_level_once UNIQUE (play_id, number);

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.first_steps_owncompany
    ADD CONSTRAINT first_steps_owncompany_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.first_steps_putaway
    ADD CONSTRAINT first_steps_putaway_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_absence
    ADD CONSTRAINT followup_absence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_activity
    ADD CONSTRAINT followup_activity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_activitytext
    ADD CONSTRAINT followup_activitytext_pkey PRIMARY KEY (activity_id);

ALTER TABLE ONLY public.followup_attempt
    ADD CONSTRAINT followup_attempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_calendar
    ADD CONSTRAINT followup_calendar_name_key UNIQUE (name);

ALTER TABLE ONLY public.followup_calendar
    ADD CONSTRAINT followup_calendar_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_calendarday
    ADD CONSTRAINT followup_calendarday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_digestitem
    ADD CONSTRAINT followup_digestitem_dedupe_key_key UNIQUE (dedupe_key);

ALTER TABLE ONLY public.followup_digestitem
    ADD CONSTRAINT followup_digestitem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_escalationlevel
    ADD CONSTRAINT followup_escalationlevel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_followupsettings
    ADD CONSTRAINT followup_followupsettings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_notice
    ADD CONSTRAINT followup_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_pause
    ADD CONSTRAINT followup_pause_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_play
    ADD CONSTRAINT followup_play_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_playbook
    ADD CONSTRAINT followup_playbook_name_key UNIQUE (name);

ALTER TABLE ONLY public.followup_playbook
    ADD CONSTRAINT followup_playbook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_playbookversion
    ADD CONSTRAINT followup_playbookversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_playstep
    ADD CONSTRAINT followup_playstep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_presence
    ADD CONSTRAINT followup_presence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_promise
    ADD CONSTRAINT followup_promise_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_promisechange
    ADD CONSTRAINT followup_promisechange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_promisetally
    ADD CONSTRAINT followup_promisetally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_reminder
    ADD CONSTRAINT followup_reminder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_rootcause
    ADD CONSTRAINT followup_rootcause_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_rootcause
    ADD CONSTRAINT followup_rootcause_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.followup_routingrule
    ADD CONSTRAINT followup_routingrule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_routingrule_surveys
    ADD CONSTRAINT followup_routingrule_sur_routingrule_id_survey_id_258dd521_uniq UNIQUE (routingrule_id, survey_id);

ALTER TABLE ONLY public.followup_routingrule_surveys
    ADD CONSTRAINT followup_routingrule_surveys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_savedview
    ADD CONSTRAINT followup_savedview_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_step
    ADD CONSTRAINT followup_step_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_surveyfollowup
    ADD CONSTRAINT followup_surveyfollowup_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_surveyfollowup
    ADD CONSTRAINT followup_surveyfollowup_survey_id_key UNIQUE (survey_id);

ALTER TABLE ONLY public.followup_teamfollowup
    ADD CONSTRAINT followup_teamfollowup_pkey PRIMARY KEY (team_id);

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_response_id_key UNIQUE (response_id);

ALTER TABLE ONLY public.followup_workshare
    ADD CONSTRAINT followup_workshare_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.web_formsubmission
    ADD CONSTRAINT form_submission_once UNIQUE (user_id, fingerprint);

ALTER TABLE ONLY public.health_eventcount
    ADD CONSTRAINT health_eventcount_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.health_signoflife
    ADD CONSTRAINT health_signoflife_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.api_idempotentrequest
    ADD CONSTRAINT idempotent_request_once UNIQUE (user_id, key);

ALTER TABLE ONLY public.imports_contactimport
    ADD CONSTRAINT imports_contactimport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_importedcompany
    ADD CONSTRAINT imports_importedcompany_pkey PRIMARY KEY (run_id, company_id);

ALTER TABLE ONLY public.imports_importedcontact
    ADD CONSTRAINT imports_importedcontact_pkey PRIMARY KEY (run_id, contact_id);

ALTER TABLE ONLY public.imports_importfault
    ADD CONSTRAINT imports_importfault_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_importpart
    ADD CONSTRAINT imports_importpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports_rememberedmatching
    ADD CONSTRAINT imports_rememberedmatching_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY public.imports_rememberedmatching
    ADD CONSTRAINT imports_rememberedmatching_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_improvement_root_causes
    ADD CONSTRAINT improvements_improvement_improvement_id_rootcause_4176fe58_uniq UNIQUE (improvement_id, rootcause_id);

ALTER TABLE ONLY public.improvements_improvement
    ADD CONSTRAINT improvements_improvement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_improvement_root_causes
    ADD CONSTRAINT improvements_improvement_root_causes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_lettertexts
    ADD CONSTRAINT improvements_lettertexts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT improvements_told_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT improvements_told_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.inbound_inboundmail
    ADD CONSTRAINT inbound_inboundmail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inbound_inboundmail
    ADD CONSTRAINT inbound_mail_once UNIQUE (source_id, message_id_hash, digest);

ALTER TABLE ONLY public.inbound_mailsource
    ADD CONSTRAINT inbound_mailsource_name_key UNIQUE (name);

ALTER TABLE ONLY public.inbound_mailsource
    ADD CONSTRAINT inbound_mailsource_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inbound_takenevent
    ADD CONSTRAINT inbound_takenevent_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.inbound_takenevent
    ADD CONSTRAINT inbound_takenevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_lettertexts
    ADD CONSTRAINT letter_texts_once UNIQUE (improvement_id, language);

ALTER TABLE ONLY public.praise_lovedwords
    ADD CONSTRAINT loved_words_once UNIQUE (survey_id, language);

ALTER TABLE ONLY public.surveys_mailtexts
    ADD CONSTRAINT mail_texts_once UNIQUE (survey_id, language);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_play
    ADD CONSTRAINT play_once_per_score UNIQUE (version_id, score);

ALTER TABLE ONLY public.followup_playstep
    ADD CONSTRAINT play_step_position_once UNIQUE (play_id, "position");

ALTER TABLE ONLY public.followup_playbookversion
    ADD CONSTRAINT playbook_version_once UNIQUE (playbook_id, number);

ALTER TABLE ONLY public.praise_lovedwords
    ADD CONSTRAINT praise_lovedwords_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.praise_praise
    ADD CONSTRAINT praise_once UNIQUE (response_id, person_id);

ALTER TABLE ONLY public.praise_praise
    ADD CONSTRAINT praise_praise_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_presence
    ADD CONSTRAINT presence_once UNIQUE (ticket_id, person_id);

ALTER TABLE ONLY public.privacy_erasure
    ADD CONSTRAINT privacy_erasure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.privacy_neverasked
    ADD CONSTRAINT privacy_neverasked_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.background_putaside
    ADD CONSTRAINT put_aside_once UNIQUE (sweep, row_id);

ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.risk_atrisk
    ADD CONSTRAINT risk_atrisk_contact_id_key UNIQUE (contact_id);

ALTER TABLE ONLY public.risk_atrisk
    ADD CONSTRAINT risk_atrisk_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_savedview
    ADD CONSTRAINT saved_view_name_once UNIQUE (owner_id, name);

ALTER TABLE ONLY public.scanners_openedmail
    ADD CONSTRAINT scanners_openedmail_pkey PRIMARY KEY (invitation_id);

ALTER TABLE ONLY public.scanners_opening
    ADD CONSTRAINT scanners_opening_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.scanners_tap
    ADD CONSTRAINT scanners_tap_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.sender_senderrecords
    ADD CONSTRAINT sender_senderrecords_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT silence_call_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT silence_call_response_id_key UNIQUE (response_id);

ALTER TABLE ONLY public.silence_calllist
    ADD CONSTRAINT silence_calllist_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followup_step
    ADD CONSTRAINT step_position_once UNIQUE (ticket_id, "position");

ALTER TABLE ONLY public.surveys_surveywords
    ADD CONSTRAINT survey_words_version_once UNIQUE (survey_id, language, version);

ALTER TABLE ONLY public.surveys_announcement
    ADD CONSTRAINT surveys_announcement_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.surveys_answer
    ADD CONSTRAINT surveys_answer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_answersource
    ADD CONSTRAINT surveys_answersource_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.surveys_askdecision
    ADD CONSTRAINT surveys_askdecision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_asking
    ADD CONSTRAINT surveys_asking_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_bulkdecision
    ADD CONSTRAINT surveys_bulkdecision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_bulkdecision
    ADD CONSTRAINT surveys_bulkdecision_undoes_id_key UNIQUE (undoes_id);

ALTER TABLE ONLY public.surveys_campaign
    ADD CONSTRAINT surveys_campaign_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_company
    ADD CONSTRAINT surveys_company_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_contact
    ADD CONSTRAINT surveys_contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_decision
    ADD CONSTRAINT surveys_decision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT surveys_invitation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT surveys_invitation_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.surveys_mailtexts
    ADD CONSTRAINT surveys_mailtexts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_question
    ADD CONSTRAINT surveys_question_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_invitation_id_key UNIQUE (invitation_id);

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_submission_key UNIQUE (submission);

ALTER TABLE ONLY public.surveys_responsechange
    ADD CONSTRAINT surveys_responsechange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_sample
    ADD CONSTRAINT surveys_sample_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_segment
    ADD CONSTRAINT surveys_segment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_segment
    ADD CONSTRAINT surveys_segment_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.surveys_survey
    ADD CONSTRAINT surveys_survey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_survey
    ADD CONSTRAINT surveys_survey_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.surveys_surveywords
    ADD CONSTRAINT surveys_surveywords_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_tally
    ADD CONSTRAINT surveys_tally_pkey PRIMARY KEY (survey_id, day, score);

ALTER TABLE ONLY public.surveys_tallyzone
    ADD CONSTRAINT surveys_tallyzone_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_traitlabel
    ADD CONSTRAINT surveys_traitlabel_name_key UNIQUE (name);

ALTER TABLE ONLY public.surveys_traitlabel
    ADD CONSTRAINT surveys_traitlabel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys_unsubscription
    ADD CONSTRAINT surveys_unsubscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tallying_askcount
    ADD CONSTRAINT tallying_askcount_pkey PRIMARY KEY (division_id, day, survey_id, campaign, channel, value);

ALTER TABLE ONLY public.tallying_changedaskday
    ADD CONSTRAINT tallying_changedaskday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tallying_changedday
    ADD CONSTRAINT tallying_changedday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tallying_countedday
    ADD CONSTRAINT tallying_countedday_pkey PRIMARY KEY (division_id, day);

ALTER TABLE ONLY public.tallying_countedsofar
    ADD CONSTRAINT tallying_countedsofar_pkey PRIMARY KEY (division_id);

ALTER TABLE ONLY public.tallying_daycount
    ADD CONSTRAINT tallying_daycount_pkey PRIMARY KEY (division_id, day, survey_id, value);

ALTER TABLE ONLY public.tallying_division
    ADD CONSTRAINT tallying_division_name_key UNIQUE (name);

ALTER TABLE ONLY public.tallying_division
    ADD CONSTRAINT tallying_division_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tallying_markedtrait
    ADD CONSTRAINT tallying_markedtrait_name_key UNIQUE (name);

ALTER TABLE ONLY public.tallying_markedtrait
    ADD CONSTRAINT tallying_markedtrait_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tallying_markedtrait
    ADD CONSTRAINT tallying_markedtrait_place_key UNIQUE (place);

ALTER TABLE ONLY public.tallying_traittally
    ADD CONSTRAINT tallying_traittally_pkey PRIMARY KEY (trait_id, survey_id, day, value, score);

ALTER TABLE ONLY public.themes_causequality
    ADD CONSTRAINT themes_causequality_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.themes_learning
    ADD CONSTRAINT themes_learning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.themes_causequality
    ADD CONSTRAINT themes_quality_once UNIQUE (theme_id, cause_id);

ALTER TABLE ONLY public.themes_suggestion
    ADD CONSTRAINT themes_suggestion_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.themes_theme
    ADD CONSTRAINT themes_theme_language_key UNIQUE (language);

ALTER TABLE ONLY public.themes_theme
    ADD CONSTRAINT themes_theme_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.themes_themesettings
    ADD CONSTRAINT themes_themesettings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT told_once UNIQUE (improvement_id, contact_id);

ALTER TABLE ONLY public.trials_draw
    ADD CONSTRAINT trials_draw_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_changed_id_key UNIQUE (changed_id);

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trials_trial_surveys
    ADD CONSTRAINT trials_trial_surveys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trials_trial_surveys
    ADD CONSTRAINT trials_trial_surveys_trial_id_survey_id_2162401c_uniq UNIQUE (trial_id, survey_id);

ALTER TABLE ONLY public.surveys_unsubscription
    ADD CONSTRAINT unsubscription_once UNIQUE (contact_id, survey_id);

ALTER TABLE ONLY public.wall_walllink
    ADD CONSTRAINT wall_walllink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wall_walllink
    ADD CONSTRAINT wall_walllink_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.web_formsubmission
    ADD CONSTRAINT web_formsubmission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.weekly_weeklymail
    ADD CONSTRAINT weekly_weeklymail_person_id_key UNIQUE (person_id);

ALTER TABLE ONLY public.weekly_weeklymail
    ADD CONSTRAINT weekly_weeklymail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.words_commentterms
    ADD CONSTRAINT words_commentterms_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.words_progress
    ADD CONSTRAINT words_progress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.words_toread
    ADD CONSTRAINT words_toread_pkey PRIMARY KEY (response_id);

ALTER TABLE ONLY public.followup_workshare
    ADD CONSTRAINT work_share_once UNIQUE (team_id, person_id);

CREATE INDEX absence_days ON public.followup_absence USING btree (last_day, first_day);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX accounts_apikey_hashed_key_44822be8_like ON public.accounts_apikey USING btree (hashed_key varchar_pattern_ops);

CREATE INDEX accounts_apikey_survey_id_e4eb35fc ON public.accounts_apikey USING btree (survey_id);

CREATE INDEX accounts_passwordreset_hashed_token_82e51d99_like ON public.accounts_passwordreset USING btree (hashed_token varchar_pattern_ops);

CREATE INDEX accounts_passwordreset_user_id_948b8566 ON public.accounts_passwordreset USING btree (user_id);

CREATE INDEX accounts_session_expire_date_5bbfba7c ON public.accounts_session USING btree (expire_date);

CREATE INDEX accounts_session_session_key_b186966f_like ON public.accounts_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX accounts_session_user_id_d5aaed01 ON public.accounts_session USING btree (user_id);

CREATE INDEX accounts_team_lead_id_9b45f28d ON public.accounts_team USING btree (lead_id);

CREATE INDEX accounts_team_members_team_id_4443c9b3 ON public.accounts_team_members USING btree (team_id);

CREATE INDEX accounts_team_members_user_id_81523d17 ON public.accounts_team_members USING btree (user_id);

CREATE INDEX accounts_team_name_52f5137c_like ON public.accounts_team USING btree (name varchar_pattern_ops);

CREATE INDEX accounts_user_email_b2644a56_like ON public.accounts_user USING btree (email varchar_pattern_ops);

CREATE INDEX activity_text_words ON public.followup_activitytext USING gin (words);

CREATE INDEX api_idempotentrequest_created_at_6377532a ON public.api_idempotentrequest USING btree (created_at);

CREATE INDEX api_idempotentrequest_user_id_7f14c8bc ON public.api_idempotentrequest USING btree (user_id);

CREATE INDEX ask_decision_contact ON public.surveys_askdecision USING btree (contact_id, id DESC);

CREATE INDEX at_risk_by_worth ON public.risk_atrisk USING btree (rank, id);

CREATE INDEX at_risk_company ON public.risk_atrisk USING btree (company_id) WHERE (company_id IS NOT NULL);

CREATE INDEX auditlog_logentry_action_229afe39 ON public.auditlog_logentry USING btree (action);

CREATE INDEX auditlog_logentry_actor_id_959271d2 ON public.auditlog_logentry USING btree (actor_id);

CREATE INDEX auditlog_logentry_cid_9f467263 ON public.auditlog_logentry USING btree (cid);

CREATE INDEX auditlog_logentry_cid_9f467263_like ON public.auditlog_logentry USING btree (cid varchar_pattern_ops);

CREATE INDEX auditlog_logentry_content_type_id_75830218 ON public.auditlog_logentry USING btree (content_type_id);

CREATE INDEX auditlog_logentry_object_id_09c2eee8 ON public.auditlog_logentry USING btree (object_id);

CREATE INDEX auditlog_logentry_object_pk_6e3219c0 ON public.auditlog_logentry USING btree (object_pk);

CREATE INDEX auditlog_logentry_object_pk_6e3219c0_like ON public.auditlog_logentry USING btree (object_pk varchar_pattern_ops);

CREATE INDEX auditlog_logentry_timestamp_37867bb0 ON public.auditlog_logentry USING btree ("timestamp");

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX branding_branding_png_id_66c9195a ON public.branding_branding USING btree (png_id);

CREATE INDEX branding_branding_png_id_66c9195a_like ON public.branding_branding USING btree (png_id varchar_pattern_ops);

CREATE INDEX branding_branding_svg_id_8896a233 ON public.branding_branding USING btree (svg_id);

CREATE INDEX branding_branding_svg_id_8896a233_like ON public.branding_branding USING btree (svg_id varchar_pattern_ops);

CREATE INDEX branding_logo_digest_35b34fda_like ON public.branding_logo USING btree (digest varchar_pattern_ops);

CREATE INDEX bulk_decision_running ON public.surveys_bulkdecision USING btree (id) WHERE ((state)::text = 'running'::text);

CREATE UNIQUE INDEX call_booking_of_case_once ON public.call_slots_callbooking USING btree (response_id) WHERE (freed_at IS NULL);

CREATE UNIQUE INDEX call_booking_of_person_once ON public.call_slots_callbooking USING btree (person_id, starts_at) WHERE (freed_at IS NULL);

CREATE INDEX call_claimed ON public.silence_call USING btree (claimed_at) WHERE ((state)::text = 'claimed'::text);

CREATE UNIQUE INDEX call_one_at_a_time ON public.silence_call USING btree (call_list_id, caller_id) WHERE ((state)::text = 'claimed'::text);

CREATE INDEX call_slots_callbooking_person_id_ad4a2ab9 ON public.call_slots_callbooking USING btree (person_id);

CREATE INDEX call_slots_callbooking_ticket_id_1673b75e ON public.call_slots_callbooking USING btree (ticket_id);

CREATE INDEX call_waiting ON public.silence_call USING btree (call_list_id, place) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX campaign_at_work ON public.surveys_campaign USING btree (id) WHERE (((status)::text = 'scheduled'::text) OR ((status)::text = 'running'::text));

CREATE UNIQUE INDEX company_name_once ON public.surveys_company USING btree (lower((name)::text));

CREATE INDEX company_words ON public.surveys_company USING gin (search_vector);

CREATE INDEX contact_bounced ON public.surveys_contact USING btree (id) WHERE (bounced_at IS NOT NULL);

CREATE INDEX contact_company ON public.surveys_contact USING btree (company_id, id) WHERE (company_id IS NOT NULL);

CREATE UNIQUE INDEX contact_email_once ON public.surveys_contact USING btree (lower((email)::text)) WHERE (survey_id IS NULL);

CREATE UNIQUE INDEX contact_external_id_once ON public.surveys_contact USING btree (external_id) WHERE (survey_id IS NULL);

CREATE INDEX contact_import_at_work ON public.imports_contactimport USING btree (id) WHERE (((state)::text = 'running'::text) OR ((state)::text = 'undoing'::text));

CREATE INDEX contact_import_faults ON public.imports_importfault USING btree (run_id, line, id);

CREATE INDEX contact_manager ON public.surveys_contact USING btree (account_manager, id) WHERE (NOT ((account_manager)::text = ''::text));

CREATE INDEX contact_no_contact ON public.surveys_contact USING btree (id) WHERE do_not_contact;

CREATE UNIQUE INDEX contact_of_survey_email_once ON public.surveys_contact USING btree (survey_id, lower((email)::text)) WHERE (NOT (survey_id IS NULL));

CREATE UNIQUE INDEX contact_of_survey_external_id_once ON public.surveys_contact USING btree (survey_id, external_id) WHERE (NOT (survey_id IS NULL));

CREATE INDEX contact_phone_digits ON public.surveys_contact USING btree (regexp_replace(regexp_replace((phone)::text, '[^0-9]'::text, ''::text, 'g'::text), '^00'::text, ''::text)) WHERE ((survey_id IS NULL) AND (NOT ((phone)::text = ''::text)));

CREATE INDEX contact_team ON public.surveys_contact USING btree (team_id, id) WHERE (team_id IS NOT NULL);

CREATE INDEX contact_traits ON public.surveys_contact USING gin (traits jsonb_path_ops);

CREATE INDEX contact_unsubscribed ON public.surveys_contact USING btree (id) WHERE (unsubscribed_at IS NOT NULL);

CREATE INDEX contact_value ON public.surveys_contact USING btree (value) WHERE (value IS NOT NULL);

CREATE INDEX contact_words ON public.surveys_contact USING gin (words);

CREATE INDEX conversations_attachment_message_id_9179b1e8 ON public.conversations_attachment USING btree (message_id);

CREATE INDEX conversations_maildigest_digest_c68f26d9_like ON public.conversations_maildigest USING btree (digest varchar_pattern_ops);

CREATE INDEX conversations_message_author_id_3d2a10d9 ON public.conversations_message USING btree (author_id);

CREATE INDEX conversations_message_contact_id_1bec6b21 ON public.conversations_message USING btree (contact_id);

CREATE INDEX customer_case_casemessage_response_id_df13fbab ON public.customer_case_casemessage USING btree (response_id);

CREATE INDEX customer_case_closedcase_by_id_e5ef57c7 ON public.customer_case_closedcase USING btree (by_id);

CREATE INDEX decision_of_many ON public.surveys_decision USING btree (bulk_id, response_id) WHERE (bulk_id IS NOT NULL);

CREATE INDEX deliveries_delivery_dedupe_key_00c25f65_like ON public.deliveries_delivery USING btree (dedupe_key varchar_pattern_ops);

CREATE INDEX delivery_about ON public.deliveries_delivery USING btree (about);

CREATE INDEX delivery_due ON public.deliveries_delivery USING btree (audience DESC, retry_at) WHERE ((status)::text = 'queued'::text);

CREATE INDEX delivery_in_flight ON public.deliveries_delivery USING btree (claimed_at) WHERE ((status)::text = 'in_flight'::text);

CREATE INDEX delivery_newest ON public.deliveries_delivery USING btree (queued_at DESC, id DESC);

CREATE INDEX delivery_to_announce ON public.deliveries_delivery USING btree (sent_at) WHERE to_announce;

CREATE INDEX delivery_to_queued ON public.deliveries_delivery USING btree (to_address, queued_at);

CREATE INDEX digest_waiting ON public.followup_digestitem USING btree (person_id, at) WHERE (sent_at IS NULL);

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX erasure_of_row ON public.privacy_erasure USING btree (kind, row_id);

CREATE INDEX events_event_by_id_407669d3 ON public.events_event USING btree (by_id);

CREATE INDEX events_event_day_a0f04e64 ON public.events_event USING btree (day);

CREATE INDEX events_event_survey_id_958d3928 ON public.events_event USING btree (survey_id);

CREATE INDEX first_steps_owncompany_by_id_78b8f4f0 ON public.first_steps_owncompany USING btree (by_id);

CREATE INDEX first_steps_putaway_by_id_d81aeb72 ON public.first_steps_putaway USING btree (by_id);

CREATE INDEX followup_absence_person_id_201a5997 ON public.followup_absence USING btree (person_id);

CREATE INDEX followup_absence_stand_in_id_f0a31631 ON public.followup_absence USING btree (stand_in_id);

CREATE INDEX followup_activity_actor_id_fef3f1d6 ON public.followup_activity USING btree (actor_id);

CREATE INDEX followup_activity_ticket_id_a89a348d ON public.followup_activity USING btree (ticket_id);

CREATE INDEX followup_attempt_by_id_a09b5051 ON public.followup_attempt USING btree (by_id);

CREATE INDEX followup_attempt_ticket_id_73555a3c ON public.followup_attempt USING btree (ticket_id);

CREATE INDEX followup_calendar_name_6db984fe_like ON public.followup_calendar USING btree (name varchar_pattern_ops);

CREATE INDEX followup_calendarday_calendar_id_ca1df37a ON public.followup_calendarday USING btree (calendar_id);

CREATE INDEX followup_digestitem_dedupe_key_e19b6bf4_like ON public.followup_digestitem USING btree (dedupe_key varchar_pattern_ops);

CREATE INDEX followup_digestitem_person_id_d8c3b7fc ON public.followup_digestitem USING btree (person_id);

CREATE INDEX followup_digestitem_ticket_id_b6470c46 ON public.followup_digestitem USING btree (ticket_id);

CREATE INDEX followup_escalationlevel_person_id_e66c7b4c ON public.followup_escalationlevel USING btree (person_id);

CREATE INDEX followup_escalationlevel_play_id_4214520b ON public.followup_escalationlevel USING btree (play_id);

CREATE INDEX followup_notice_by_id_d4eb09e2 ON public.followup_notice USING btree (by_id);

CREATE INDEX followup_notice_note_id_75d77266 ON public.followup_notice USING btree (note_id);

CREATE INDEX followup_notice_ticket_id_d99b0089 ON public.followup_notice USING btree (ticket_id);

CREATE INDEX followup_pause_ticket_id_3d983c13 ON public.followup_pause USING btree (ticket_id);

CREATE INDEX followup_play_owner_id_0f49b5d1 ON public.followup_play USING btree (owner_id);

CREATE INDEX followup_play_team_id_e6d706cc ON public.followup_play USING btree (team_id);

CREATE INDEX followup_play_version_id_03b2d764 ON public.followup_play USING btree (version_id);

CREATE INDEX followup_playbook_name_202a4f08_like ON public.followup_playbook USING btree (name varchar_pattern_ops);

CREATE INDEX followup_playbookversion_created_by_id_9f5007f1 ON public.followup_playbookversion USING btree (created_by_id);

CREATE INDEX followup_playbookversion_playbook_id_1ce67120 ON public.followup_playbookversion USING btree (playbook_id);

CREATE INDEX followup_playstep_play_id_2c1d7bbc ON public.followup_playstep USING btree (play_id);

CREATE INDEX followup_presence_person_id_ddbc01b4 ON public.followup_presence USING btree (person_id);

CREATE INDEX followup_presence_seen_at_9a6b81b8 ON public.followup_presence USING btree (seen_at);

CREATE INDEX followup_presence_ticket_id_3294015b ON public.followup_presence USING btree (ticket_id);

CREATE INDEX followup_promise_made_by_id_5d54c2a4 ON public.followup_promise USING btree (made_by_id);

CREATE INDEX followup_promise_owner_id_0f891a3b ON public.followup_promise USING btree (owner_id);

CREATE INDEX followup_promise_ticket_id_6c97ce60 ON public.followup_promise USING btree (ticket_id);

CREATE INDEX followup_reminder_contact_id_06e2af0d ON public.followup_reminder USING btree (contact_id);

CREATE INDEX followup_reminder_raised_by_id_01f19dff ON public.followup_reminder USING btree (raised_by_id);

CREATE INDEX followup_reminder_raised_on_id_c0e43df3 ON public.followup_reminder USING btree (raised_on_id);

CREATE INDEX followup_reminder_set_by_id_72982ec6 ON public.followup_reminder USING btree (set_by_id);

CREATE INDEX followup_reminder_ticket_id_4608b57d ON public.followup_reminder USING btree (ticket_id);

CREATE INDEX followup_rootcause_parent_id_a8b5f7ee ON public.followup_rootcause USING btree (parent_id);

CREATE INDEX followup_rootcause_slug_5b709430_like ON public.followup_rootcause USING btree (slug varchar_pattern_ops);

CREATE INDEX followup_routingrule_person_id_5234e5cc ON public.followup_routingrule USING btree (person_id);

CREATE INDEX followup_routingrule_surveys_routingrule_id_27d5454b ON public.followup_routingrule_surveys USING btree (routingrule_id);

CREATE INDEX followup_routingrule_surveys_survey_id_93b19573 ON public.followup_routingrule_surveys USING btree (survey_id);

CREATE INDEX followup_routingrule_team_id_9fb7eec1 ON public.followup_routingrule USING btree (team_id);

CREATE INDEX followup_savedview_owner_id_03845319 ON public.followup_savedview USING btree (owner_id);

CREATE INDEX followup_step_done_by_id_b6cba1cd ON public.followup_step USING btree (done_by_id);

CREATE INDEX followup_surveyfollowup_playbook_id_3b79212e ON public.followup_surveyfollowup USING btree (playbook_id);

CREATE INDEX followup_teamfollowup_calendar_id_976b765d ON public.followup_teamfollowup USING btree (calendar_id);

CREATE INDEX followup_ticket_calendar_id_8f6e0c26 ON public.followup_ticket USING btree (calendar_id);

CREATE INDEX followup_ticket_owner_id_2e7847c4 ON public.followup_ticket USING btree (owner_id);

CREATE INDEX followup_ticket_play_id_ca41c1a0 ON public.followup_ticket USING btree (play_id);

CREATE INDEX followup_ticket_root_cause_id_b7c91cca ON public.followup_ticket USING btree (root_cause_id);

CREATE INDEX followup_ticket_routed_by_id_767344e5 ON public.followup_ticket USING btree (routed_by_id);

CREATE INDEX followup_ticket_survey_id_fd821db0 ON public.followup_ticket USING btree (survey_id);

CREATE INDEX followup_ticket_team_id_d09a2fd3 ON public.followup_ticket USING btree (team_id);

CREATE INDEX followup_workshare_person_id_52692a22 ON public.followup_workshare USING btree (person_id);

CREATE INDEX followup_workshare_team_id_af2527b2 ON public.followup_workshare USING btree (team_id);

CREATE INDEX health_eventcount_name_0c382b33_like ON public.health_eventcount USING btree (name varchar_pattern_ops);

CREATE INDEX health_signoflife_name_7baa48d7_like ON public.health_signoflife USING btree (name varchar_pattern_ops);

CREATE INDEX imports_contactimport_by_id_50ab8f7f ON public.imports_contactimport USING btree (by_id);

CREATE INDEX imports_contactimport_team_id_b622feea ON public.imports_contactimport USING btree (team_id);

CREATE INDEX imports_contactimport_undone_by_id_a754db83 ON public.imports_contactimport USING btree (undone_by_id);

CREATE INDEX imports_rememberedmatching_fingerprint_4227c1aa_like ON public.imports_rememberedmatching USING btree (fingerprint varchar_pattern_ops);

CREATE INDEX improvement_due ON public.improvements_improvement USING btree (due_on) WHERE (((state)::text = 'open'::text) OR ((state)::text = 'doing'::text));

CREATE INDEX improvement_telling ON public.improvements_improvement USING btree (id) WHERE is_telling;

CREATE INDEX improvements_improvement_created_by_id_165acfaa ON public.improvements_improvement USING btree (created_by_id);

CREATE INDEX improvements_improvement_owner_id_0c8b1645 ON public.improvements_improvement USING btree (owner_id);

CREATE INDEX improvements_improvement_reviewed_by_id_2ae7d9cb ON public.improvements_improvement USING btree (reviewed_by_id);

CREATE INDEX improvements_improvement_root_causes_improvement_id_b65dca8b ON public.improvements_improvement_root_causes USING btree (improvement_id);

CREATE INDEX improvements_improvement_root_causes_rootcause_id_d452b866 ON public.improvements_improvement_root_causes USING btree (rootcause_id);

CREATE INDEX improvements_improvement_team_id_90dc8d60 ON public.improvements_improvement USING btree (team_id);

CREATE INDEX improvements_improvement_told_by_id_04e06ae7 ON public.improvements_improvement USING btree (told_by_id);

CREATE INDEX improvements_lettertexts_improvement_id_72127e96 ON public.improvements_lettertexts USING btree (improvement_id);

CREATE INDEX improvements_told_contact_id_5060d8db ON public.improvements_told USING btree (contact_id);

CREATE INDEX improvements_told_improvement_id_eeff4c06 ON public.improvements_told USING btree (improvement_id);

CREATE INDEX improvements_told_ticket_id_360aedfe ON public.improvements_told USING btree (ticket_id);

CREATE INDEX inbound_inboundmail_source_id_0b43f823 ON public.inbound_inboundmail USING btree (source_id);

CREATE INDEX inbound_mail_left ON public.inbound_inboundmail USING btree (read_at DESC, id DESC) WHERE ((NOT ((left_for)::text = ''::text)) AND (seen_at IS NULL));

CREATE INDEX inbound_mail_read_at ON public.inbound_inboundmail USING btree (read_at);

CREATE INDEX inbound_mailsource_name_f7b4a233_like ON public.inbound_mailsource USING btree (name varchar_pattern_ops);

CREATE INDEX inbound_takenevent_digest_599cf527_like ON public.inbound_takenevent USING btree (digest varchar_pattern_ops);

CREATE UNIQUE INDEX invitation_again_once ON public.surveys_invitation USING btree (follows_id) WHERE (((channel)::text = 'email'::text) AND (follows_id IS NOT NULL));

CREATE INDEX invitation_asked ON public.surveys_invitation USING btree (asked_at, id) WHERE ((asked_at IS NOT NULL) AND ((channel)::text = 'email'::text) AND ((status)::text = 'waiting'::text));

CREATE INDEX invitation_asked_when ON public.surveys_invitation USING btree (COALESCE(sent_at, asked_at, created_at), survey_id) WHERE (((status)::text = 'created'::text) OR ((status)::text = 'sent'::text) OR ((status)::text = 'delivered'::text) OR ((status)::text = 'bounced'::text) OR ((status)::text = 'answered'::text));

CREATE INDEX invitation_held ON public.surveys_invitation USING btree (campaign_id, held_until, id) WHERE (((channel)::text = 'email'::text) AND (held_until IS NOT NULL) AND ((status)::text = 'held'::text));

CREATE UNIQUE INDEX invitation_once_a_round ON public.surveys_invitation USING btree (campaign_id, contact_id, round) WHERE (campaign_id IS NOT NULL);

CREATE INDEX invitation_recipients ON public.surveys_invitation USING btree (campaign_id, status, id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX invitation_to_arrive ON public.surveys_invitation USING btree (sent_at, id) WHERE (((channel)::text = 'email'::text) AND ((status)::text = 'sent'::text));

CREATE INDEX invitation_to_remind ON public.surveys_invitation USING btree (campaign_id, remind_at, id) WHERE (remind_at IS NOT NULL);

CREATE INDEX invitation_turns ON public.surveys_invitation USING btree (campaign_id, time_zone, send_at, id) WHERE ((asked_at IS NULL) AND ((channel)::text = 'email'::text) AND ((status)::text = 'waiting'::text));

CREATE INDEX message_by_message_id ON public.conversations_message USING btree (message_id) WHERE (NOT ((message_id)::text = ''::text));

CREATE INDEX message_of_ticket ON public.conversations_message USING btree (ticket_id, at, id);

CREATE INDEX message_waits ON public.conversations_message USING btree (at, id) WHERE ((set_aside_at IS NULL) AND ((status)::text = 'waiting'::text));

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE UNIQUE INDEX notice_of_a_given_ticket_once ON public.followup_notice USING btree (person_id, ticket_id) WHERE (((kind)::text = 'given'::text) AND (read_at IS NULL));

CREATE INDEX notice_of_person ON public.followup_notice USING btree (person_id, id);

CREATE INDEX notice_unread ON public.followup_notice USING btree (person_id, id) WHERE (read_at IS NULL);

CREATE INDEX opened_mail_at ON public.scanners_openedmail USING btree (opened_at);

CREATE INDEX opened_mail_burst ON public.scanners_openedmail USING btree (domain) WHERE (burst_at IS NOT NULL);

CREATE INDEX opened_mail_domain ON public.scanners_openedmail USING btree (domain, recipient);

CREATE INDEX opening_at ON public.scanners_opening USING btree (at);

CREATE INDEX opening_of_invitation ON public.scanners_opening USING btree (invitation_id, at);

CREATE INDEX opening_to_look_at ON public.scanners_opening USING btree (id) WHERE (NOT is_looked_at);

CREATE UNIQUE INDEX pause_one_open ON public.followup_pause USING btree (ticket_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX playbook_one_default ON public.followup_playbook USING btree (is_default) WHERE is_default;

CREATE INDEX praise_praise_by_id_a5ad56c9 ON public.praise_praise USING btree (by_id);

CREATE INDEX praise_praise_person_id_9f490e10 ON public.praise_praise USING btree (person_id);

CREATE INDEX privacy_erasure_by_id_5982a932 ON public.privacy_erasure USING btree (by_id);

CREATE INDEX privacy_neverasked_digest_a45eb9f6_like ON public.privacy_neverasked USING btree (digest varchar_pattern_ops);

CREATE INDEX promise_due ON public.followup_promise USING btree (due_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX promise_of_owner ON public.followup_promise USING btree (owner_id, due_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX promise_open_of_ticket ON public.followup_promise USING btree (ticket_id) WHERE ((state)::text = 'open'::text);

CREATE UNIQUE INDEX promise_tally_once_a_day ON public.followup_promisetally USING btree (day, survey_id, team_id) INCLUDE (met, missed, running) NULLS NOT DISTINCT;

CREATE INDEX reminder_to_raise ON public.followup_reminder USING btree (contact_id) WHERE (raised_at IS NULL);

CREATE INDEX reports_report_due_at_bb05dab4 ON public.reports_report USING btree (due_at);

CREATE INDEX reports_report_person_id_dd98f394 ON public.reports_report USING btree (person_id);

CREATE INDEX reports_report_segment_id_037694d2 ON public.reports_report USING btree (segment_id);

CREATE INDEX reports_report_survey_id_11821f6b ON public.reports_report USING btree (survey_id);

CREATE INDEX reports_report_team_id_9ddfe693 ON public.reports_report USING btree (team_id);

CREATE INDEX response_by_day ON public.surveys_response USING brin (answered_at) WITH (autosummarize='on');

CREATE INDEX response_comment_words ON public.surveys_response USING gin (comment_words);

CREATE INDEX response_contact_answered ON public.surveys_response USING btree (contact_id, answered_at, id) WHERE (contact_id IS NOT NULL);

CREATE INDEX response_doubtful ON public.surveys_response USING btree (survey_id, id) WHERE ((evidence IS NOT NULL) AND ((state)::text = 'provisional'::text));

CREATE INDEX response_follows ON public.surveys_response USING btree (follows_id) WHERE (follows_id IS NOT NULL);

CREATE INDEX response_score_id ON public.surveys_response USING btree (score, id);

CREATE INDEX response_survey_answered ON public.surveys_response USING btree (survey_id, answered_at);

CREATE INDEX response_typed ON public.surveys_response USING gin (to_tsvector('simple'::regconfig, COALESCE(((COALESCE(regexp_replace(regexp_replace(NORMALIZE(replace(replace(replace(replace(translate(lower((((COALESCE(contact_name, ''::character varying))::text || ' '::text) || (COALESCE(contact_email, ''::character varying))::text)), 'øłđðı‘’ʼ`´'::text, 'olddi'''''''''''::text), 'æ'::text, 'ae'::text), 'œ'::text, 'oe'::text), 'ß'::text, 'ss'::text), 'þ'::text, 'th'::text), NFKD), '[̀-ͯ]'::text, ''::text, 'g'::text), '[]!-/:-@[\\^_`{|}~–—…“”„«»·]+'::text, ' '::text, 'g'::text), ''::text) || ' '::text) || COALESCE(regexp_replace(
CASE
    WHEN (NOT ((contact_phone)::text = ''::text)) THEN ((COALESCE(' r'::text, ''::text) || ' '::text) || COALESCE(reverse(regexp_replace((contact_phone)::text, '[^0-9]'::text, ''::text, 'g'::text)), ''::text))
    ELSE ''::text
END, ' '::text, ''::text, 'g'::text), ''::text)), ''::text))) WHERE (((contact_name)::text > ''::text) OR ((contact_email)::text > ''::text) OR ((contact_phone)::text > ''::text));

CREATE INDEX response_unprocessed ON public.surveys_response USING btree (id) WHERE (processed_at IS NULL);

CREATE INDEX risk_atrisk_response_id_53e72d7a ON public.risk_atrisk USING btree (response_id);

CREATE INDEX scanners_tap_at_84d34a67 ON public.scanners_tap USING btree (at);

CREATE INDEX silence_call_call_list_id_1cdc888b ON public.silence_call USING btree (call_list_id);

CREATE INDEX silence_call_caller_id_cb09187e ON public.silence_call USING btree (caller_id);

CREATE INDEX silence_call_contact_id_c6bd1709 ON public.silence_call USING btree (contact_id);

CREATE INDEX silence_calllist_campaign_id_26ebb9fa ON public.silence_calllist USING btree (campaign_id);

CREATE INDEX silence_calllist_created_by_id_757cca29 ON public.silence_calllist USING btree (created_by_id);

CREATE INDEX silence_calllist_survey_id_522e9e03 ON public.silence_calllist USING btree (survey_id);

CREATE INDEX step_with_sum ON public.followup_step USING btree (ticket_id) WHERE (amount IS NOT NULL);

CREATE INDEX surveys_answer_question_id_c0166f3c ON public.surveys_answer USING btree (question_id);

CREATE INDEX surveys_answer_response_id_5416c873 ON public.surveys_answer USING btree (response_id);

CREATE INDEX surveys_answersource_source_8cda1111 ON public.surveys_answersource USING btree (source);

CREATE INDEX surveys_askdecision_invitation_id_caf5751c ON public.surveys_askdecision USING btree (invitation_id);

CREATE INDEX surveys_askdecision_survey_id_bcc9c1fe ON public.surveys_askdecision USING btree (survey_id);

CREATE INDEX surveys_bulkdecision_by_id_def2f3ea ON public.surveys_bulkdecision USING btree (by_id);

CREATE INDEX surveys_campaign_created_by_id_7aa4afb8 ON public.surveys_campaign USING btree (created_by_id);

CREATE INDEX surveys_campaign_segment_id_648297fe ON public.surveys_campaign USING btree (segment_id);

CREATE INDEX surveys_campaign_survey_id_7fdbbd21 ON public.surveys_campaign USING btree (survey_id);

CREATE INDEX surveys_decision_by_id_f7911e69 ON public.surveys_decision USING btree (by_id);

CREATE INDEX surveys_decision_response_id_74effb2a ON public.surveys_decision USING btree (response_id);

CREATE INDEX surveys_invitation_contact_id_d710f6eb ON public.surveys_invitation USING btree (contact_id);

CREATE INDEX surveys_invitation_created_by_id_497736e3 ON public.surveys_invitation USING btree (created_by_id);

CREATE INDEX surveys_invitation_follows_id_a4e77f84 ON public.surveys_invitation USING btree (follows_id);

CREATE INDEX surveys_invitation_survey_id_d0534764 ON public.surveys_invitation USING btree (survey_id);

CREATE INDEX surveys_mailtexts_survey_id_41e25b6f ON public.surveys_mailtexts USING btree (survey_id);

CREATE INDEX surveys_question_survey_id_0f30caa3 ON public.surveys_question USING btree (survey_id);

CREATE INDEX surveys_responsechange_response_id_b026cb99 ON public.surveys_responsechange USING btree (response_id);

CREATE INDEX surveys_segment_created_by_id_74214cd0 ON public.surveys_segment USING btree (created_by_id);

CREATE INDEX surveys_segment_slug_049a31d2_like ON public.surveys_segment USING btree (slug varchar_pattern_ops);

CREATE INDEX surveys_survey_slug_909993df_like ON public.surveys_survey USING btree (slug varchar_pattern_ops);

CREATE INDEX surveys_survey_team_id_5adfe1b3 ON public.surveys_survey USING btree (team_id);

CREATE INDEX surveys_surveywords_created_by_id_f3fb5e35 ON public.surveys_surveywords USING btree (created_by_id);

CREATE INDEX surveys_surveywords_survey_id_b5a9b8e8 ON public.surveys_surveywords USING btree (survey_id);

CREATE INDEX surveys_tally_survey_id_20abbeec ON public.surveys_tally USING btree (survey_id);

CREATE INDEX surveys_traitlabel_name_80677695_like ON public.surveys_traitlabel USING btree (name varchar_pattern_ops);

CREATE INDEX surveys_unsubscription_contact_id_55ec7bde ON public.surveys_unsubscription USING btree (contact_id);

CREATE INDEX surveys_unsubscription_survey_id_a3ec8399 ON public.surveys_unsubscription USING btree (survey_id);

CREATE INDEX taken_event_at ON public.inbound_takenevent USING btree (at);

CREATE INDEX tallying_ask_changed_once ON public.tallying_changedaskday USING btree (changed_by, day);

CREATE INDEX tallying_changed_once ON public.tallying_changedday USING btree (changed_by, day);

CREATE INDEX tallying_changedaskday_day_331e03e4 ON public.tallying_changedaskday USING btree (day);

CREATE INDEX tallying_changedday_day_1cfdfc81 ON public.tallying_changedday USING btree (day);

CREATE INDEX tallying_division_name_0507cff0_like ON public.tallying_division USING btree (name varchar_pattern_ops);

CREATE INDEX tallying_markedtrait_name_8a9e6b24_like ON public.tallying_markedtrait USING btree (name varchar_pattern_ops);

CREATE INDEX themes_causequality_cause_id_53ed91ef ON public.themes_causequality USING btree (cause_id);

CREATE INDEX themes_learning_theme_id_aff8defd ON public.themes_learning USING btree (theme_id);

CREATE INDEX themes_suggestion_cause_id_54429ebb ON public.themes_suggestion USING btree (cause_id);

CREATE INDEX themes_theme_language_2f6cfd45_like ON public.themes_theme USING btree (language varchar_pattern_ops);

CREATE INDEX ticket_any_deadline ON public.followup_ticket USING btree (deadline) WHERE ((deadline < '9999-01-01 00:00:00+00'::timestamp with time zone) AND (resolved_at IS NULL));

CREATE INDEX ticket_by_score ON public.followup_ticket USING btree (score, deadline, id);

CREATE INDEX ticket_by_value ON public.followup_ticket USING btree (value_rank, id);

CREATE INDEX ticket_deadline ON public.followup_ticket USING btree (deadline) WHERE ((resolved_at IS NULL) AND (stage = ANY (ARRAY[1, 2])));

CREATE INDEX ticket_due ON public.followup_ticket USING btree (first_contact_due_at) WHERE ((first_contact_at IS NULL) AND (resolved_at IS NULL));

CREATE INDEX ticket_escalate ON public.followup_ticket USING btree (escalate_at) WHERE ((escalate_at < '9999-01-01 00:00:00+00'::timestamp with time zone) AND (resolved_at IS NULL));

CREATE INDEX ticket_promises ON public.followup_ticket USING btree (clock_from) INCLUDE (first_contact_at, first_contact_due_at, resolved_at, outcome) WHERE ((discarded_at IS NULL) AND (score <= 6));

CREATE INDEX ticket_queue ON public.followup_ticket USING btree (stage, score, value_rank, deadline, id) WHERE (resolved_at IS NULL);

CREATE INDEX ticket_queue_owner ON public.followup_ticket USING btree (owner_id, stage, score, value_rank, deadline, id) WHERE (resolved_at IS NULL);

CREATE INDEX ticket_queue_team ON public.followup_ticket USING btree (team_id, stage, score, value_rank, deadline, id) WHERE (resolved_at IS NULL);

CREATE INDEX ticket_queue_waiting ON public.followup_ticket USING btree (stage, score, value_rank, deadline, id) WHERE ((status)::text = 'waiting'::text);

CREATE INDEX ticket_resolved ON public.followup_ticket USING btree (resolved_at) INCLUDE (score, outcome) WHERE ((discarded_at IS NULL) AND (resolved_at IS NOT NULL));

CREATE INDEX ticket_tags ON public.followup_ticket USING gin (tags);

CREATE INDEX ticket_to_ask_again ON public.followup_ticket USING btree (ask_again_at) WHERE (ask_again_at IS NOT NULL);

CREATE INDEX ticket_to_give_out ON public.followup_ticket USING btree (team_id, stage, score, value_rank, deadline, id) WHERE ((owner_id IS NULL) AND (resolved_at IS NULL) AND (routed_by_id IS NOT NULL));

CREATE INDEX ticket_waiting ON public.followup_ticket USING btree (waiting_until) WHERE ((status)::text = 'waiting'::text);

CREATE INDEX ticket_warn ON public.followup_ticket USING btree (warn_at) WHERE ((resolved_at IS NULL) AND (stage = 2));

CREATE UNIQUE INDEX told_one_address_once ON public.improvements_told USING btree (improvement_id, lower((address)::text)) WHERE (NOT ((address)::text = ''::text));

CREATE INDEX told_waiting ON public.improvements_told USING btree (improvement_id, id) WHERE ((status)::text = 'waiting'::text);

CREATE INDEX trials_draw_contact_id_37eb04b3 ON public.trials_draw USING btree (contact_id);

CREATE INDEX trials_draw_ticket_id_51940e1a ON public.trials_draw USING btree (ticket_id);

CREATE INDEX trials_draw_trial_id_eafcd153 ON public.trials_draw USING btree (trial_id);

CREATE INDEX trials_trial_adopted_by_id_7685d154 ON public.trials_trial USING btree (adopted_by_id);

CREATE INDEX trials_trial_adopted_id_6fd7cbc9 ON public.trials_trial USING btree (adopted_id);

CREATE INDEX trials_trial_before_id_c2f87722 ON public.trials_trial USING btree (before_id);

CREATE INDEX trials_trial_created_by_id_4f8094db ON public.trials_trial USING btree (created_by_id);

CREATE INDEX trials_trial_playbook_id_868aa31f ON public.trials_trial USING btree (playbook_id);

CREATE INDEX trials_trial_started_by_id_916c1f5e ON public.trials_trial USING btree (started_by_id);

CREATE INDEX trials_trial_stopped_by_id_6c7e61f4 ON public.trials_trial USING btree (stopped_by_id);

CREATE INDEX trials_trial_surveys_survey_id_14801df0 ON public.trials_trial_surveys USING btree (survey_id);

CREATE INDEX trials_trial_surveys_trial_id_069ed9d3 ON public.trials_trial_surveys USING btree (trial_id);

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type) IN ('totp', 'recovery_codes'));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX wall_walllink_made_by_id_970b8efe ON public.wall_walllink USING btree (made_by_id);

CREATE INDEX wall_walllink_survey_id_23e1063d ON public.wall_walllink USING btree (survey_id);

CREATE INDEX wall_walllink_team_id_acee19e0 ON public.wall_walllink USING btree (team_id);

CREATE INDEX web_formsubmission_created_at_b1a5bd7e ON public.web_formsubmission USING btree (created_at);

CREATE INDEX web_formsubmission_user_id_3d17b0a8 ON public.web_formsubmission USING btree (user_id);

CREATE INDEX weekly_weeklymail_due_at_71244952 ON public.weekly_weeklymail USING btree (due_at);

CREATE INDEX words_newest ON public.words_commentterms USING btree (language, "group", answered_at, response_id);

CREATE INDEX words_survey ON public.words_commentterms USING btree (survey_id, language, "group", answered_at, response_id);

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.followup_activity FOR EACH ROW EXECUTE FUNCTION public.followup_activity_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.surveys_decision FOR EACH ROW EXECUTE FUNCTION public.surveys_decision_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.surveys_responsechange FOR EACH ROW EXECUTE FUNCTION public.surveys_responsechange_append_only();

CREATE TRIGGER promise_begins AFTER INSERT ON public.followup_ticket FOR EACH ROW WHEN (((new.first_contact_due_at IS NOT NULL) AND (new.score <= 6))) EXECUTE FUNCTION public.followup_promise_changes();

CREATE TRIGGER promise_changes AFTER UPDATE OF score, survey_id, team_id, clock_from, first_contact_due_at, first_contact_at, resolved_at, outcome, discarded_at ON public.followup_ticket FOR EACH ROW WHEN ((old.score, old.survey_id, old.team_id, old.clock_from, old.first_contact_due_at, old.first_contact_at, old.resolved_at, old.outcome, old.discarded_at) IS DISTINCT FROM (new.score, new.survey_id, new.team_id, new.clock_from, new.first_contact_due_at, new.first_contact_at, new.resolved_at, new.outcome, new.discarded_at)) EXECUTE FUNCTION public.followup_promise_changes();

CREATE TRIGGER promise_goes AFTER DELETE ON public.followup_ticket FOR EACH ROW WHEN (((old.first_contact_due_at IS NOT NULL) AND (old.score <= 6))) EXECUTE FUNCTION public.followup_promise_changes();

CREATE TRIGGER sample_stays BEFORE INSERT OR UPDATE ON public.surveys_sample FOR EACH ROW EXECUTE FUNCTION public.surveys_sample_stays();

CREATE TRIGGER tallying_answer_goes AFTER DELETE ON public.surveys_response FOR EACH ROW WHEN ((old.invitation_id IS NOT NULL)) EXECUTE FUNCTION public.tallying_answer_of_ask_changes();

CREATE TRIGGER tallying_ask_answered AFTER UPDATE OF state, comment, invitation_id ON public.surveys_response FOR EACH ROW WHEN ((((old.invitation_id IS NOT NULL) OR (new.invitation_id IS NOT NULL)) AND (((old.state)::text <> (new.state)::text) OR ((old.comment = ''::text) <> (new.comment = ''::text)) OR (old.invitation_id IS DISTINCT FROM new.invitation_id)))) EXECUTE FUNCTION public.tallying_answer_of_ask_changes();

CREATE TRIGGER tallying_ask_changes AFTER UPDATE OF survey_id, contact_id, campaign_id, channel, status, language, sent_at, asked_at, created_at, delivered_at, answered_at ON public.surveys_invitation FOR EACH ROW WHEN ((old.survey_id, old.contact_id, old.campaign_id, old.channel, old.status, old.language, old.sent_at, old.asked_at, old.created_at, old.delivered_at, old.answered_at) IS DISTINCT FROM (new.survey_id, new.contact_id, new.campaign_id, new.channel, new.status, new.language, new.sent_at, new.asked_at, new.created_at, new.delivered_at, new.answered_at)) EXECUTE FUNCTION public.tallying_ask_changes();

CREATE TRIGGER tallying_asked AFTER INSERT OR DELETE ON public.surveys_invitation FOR EACH ROW EXECUTE FUNCTION public.tallying_ask_changes();

CREATE TRIGGER tallying_changes AFTER UPDATE OF account_manager, traits, language, churned_at, survey_id ON public.surveys_contact FOR EACH ROW WHEN ((((old.account_manager)::text <> (new.account_manager)::text) OR ((old.language)::text <> (new.language)::text) OR ((old.traits -> 'company'::text) IS DISTINCT FROM (new.traits -> 'company'::text)) OR ((old.churned_at IS NULL) <> (new.churned_at IS NULL)) OR ((old.survey_id IS NULL) <> (new.survey_id IS NULL)))) EXECUTE FUNCTION public.tallying_contact_changes();

CREATE TRIGGER tallying_changes AFTER UPDATE OF survey_id, score, state, language, channel, traits, contact_id, answered_at ON public.surveys_response FOR EACH ROW WHEN ((old.survey_id, old.score, old.state, old.language, old.channel, old.traits, old.contact_id, old.answered_at) IS DISTINCT FROM (new.survey_id, new.score, new.state, new.language, new.channel, new.traits, new.contact_id, new.answered_at)) EXECUTE FUNCTION public.tallying_answer_changes();

CREATE TRIGGER tallying_goes AFTER DELETE ON public.surveys_response FOR EACH ROW WHEN (((old.state)::text = 'confirmed'::text)) EXECUTE FUNCTION public.tallying_answer_changes();

CREATE TRIGGER tallying_late AFTER INSERT ON public.surveys_response FOR EACH ROW WHEN ((((new.state)::text = 'confirmed'::text) AND (new.answered_at < (statement_timestamp() - '01:00:00'::interval)))) EXECUTE FUNCTION public.tallying_answer_changes();

CREATE TRIGGER tallying_of_asks AFTER UPDATE OF language, account_manager, traits ON public.surveys_contact FOR EACH ROW WHEN ((((old.language)::text <> (new.language)::text) OR ((old.account_manager)::text <> (new.account_manager)::text) OR ((old.traits -> 'company'::text) IS DISTINCT FROM (new.traits -> 'company'::text)))) EXECUTE FUNCTION public.tallying_contact_of_asks_changes();

CREATE TRIGGER themes_forget AFTER UPDATE OF comment ON public.surveys_response FOR EACH ROW WHEN ((old.comment <> new.comment)) EXECUTE FUNCTION public.themes_forget();

CREATE TRIGGER words_forget AFTER UPDATE OF comment, score ON public.surveys_response FOR EACH ROW WHEN (((old.comment <> new.comment) OR ((old.score <> new.score) AND (new.comment <> ''::text)))) EXECUTE FUNCTION public.words_forget();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_survey_id_e4eb35fc_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_bd902026_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_passwordreset
    ADD CONSTRAINT accounts_passwordreset_user_id_948b8566_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_session
    ADD CONSTRAINT accounts_session_user_id_d5aaed01_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_team
    ADD CONSTRAINT accounts_team_lead_id_9b45f28d_fk_accounts_user_id FOREIGN KEY (lead_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_team_members
    ADD CONSTRAINT accounts_team_members_team_id_4443c9b3_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_team_members
    ADD CONSTRAINT accounts_team_members_user_id_81523d17_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.api_idempotentrequest
    ADD CONSTRAINT api_idempotentrequest_user_id_7f14c8bc_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auditlog_logentry
    ADD CONSTRAINT auditlog_logentry_actor_id_959271d2_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auditlog_logentry
    ADD CONSTRAINT auditlog_logentry_content_type_id_75830218_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.branding_branding
    ADD CONSTRAINT branding_branding_png_id_66c9195a_fk_branding_logo_digest FOREIGN KEY (png_id) REFERENCES public.branding_logo(digest) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.branding_branding
    ADD CONSTRAINT branding_branding_svg_id_8896a233_fk_branding_logo_digest FOREIGN KEY (svg_id) REFERENCES public.branding_logo(digest) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.call_slots_callbooking
    ADD CONSTRAINT call_slots_callbooki_promise_id_5c991c20_fk_followup_ FOREIGN KEY (promise_id) REFERENCES public.followup_promise(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.call_slots_callbooking
    ADD CONSTRAINT call_slots_callbooki_response_id_fa024c8b_fk_surveys_r FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.call_slots_callbooking
    ADD CONSTRAINT call_slots_callbooking_person_id_ad4a2ab9_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.call_slots_callbooking
    ADD CONSTRAINT call_slots_callbooking_ticket_id_1673b75e_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_contact
    ADD CONSTRAINT contact_company_id_known FOREIGN KEY (company_id) REFERENCES public.surveys_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_contact
    ADD CONSTRAINT contact_team_id_known FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_attachmentcontent
    ADD CONSTRAINT conversations_attach_attachment_id_c9f41bd4_fk_conversat FOREIGN KEY (attachment_id) REFERENCES public.conversations_attachment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_attachment
    ADD CONSTRAINT conversations_attach_message_id_9179b1e8_fk_conversat FOREIGN KEY (message_id) REFERENCES public.conversations_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_maildigest
    ADD CONSTRAINT conversations_maildi_message_id_a495dd5f_fk_conversat FOREIGN KEY (message_id) REFERENCES public.conversations_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_message
    ADD CONSTRAINT conversations_message_author_id_3d2a10d9_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_message
    ADD CONSTRAINT conversations_message_contact_id_1bec6b21_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_message
    ADD CONSTRAINT conversations_message_ticket_id_ea081841_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conversations_rawmail
    ADD CONSTRAINT conversations_rawmai_message_id_c2cab6e4_fk_conversat FOREIGN KEY (message_id) REFERENCES public.conversations_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customer_case_casemessage
    ADD CONSTRAINT customer_case_caseme_message_id_c999b277_fk_conversat FOREIGN KEY (message_id) REFERENCES public.conversations_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customer_case_casemessage
    ADD CONSTRAINT customer_case_caseme_response_id_df13fbab_fk_surveys_r FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customer_case_closedcase
    ADD CONSTRAINT customer_case_closed_response_id_29c6c260_fk_surveys_r FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customer_case_closedcase
    ADD CONSTRAINT customer_case_closedcase_by_id_e5ef57c7_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_by_id_407669d3_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_survey_id_958d3928_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.first_steps_owncompany
    ADD CONSTRAINT first_steps_owncompany_by_id_78b8f4f0_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.first_steps_putaway
    ADD CONSTRAINT first_steps_putaway_by_id_d81aeb72_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_absence
    ADD CONSTRAINT followup_absence_person_id_201a5997_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_absence
    ADD CONSTRAINT followup_absence_stand_in_id_f0a31631_fk_accounts_user_id FOREIGN KEY (stand_in_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_activity
    ADD CONSTRAINT followup_activity_actor_id_fef3f1d6_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_activity
    ADD CONSTRAINT followup_activity_ticket_id_a89a348d_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_activitytext
    ADD CONSTRAINT followup_activitytex_activity_id_eaf52640_fk_followup_ FOREIGN KEY (activity_id) REFERENCES public.followup_activity(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_attempt
    ADD CONSTRAINT followup_attempt_by_id_a09b5051_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_attempt
    ADD CONSTRAINT followup_attempt_ticket_id_73555a3c_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_calendarday
    ADD CONSTRAINT followup_calendarday_calendar_id_ca1df37a_fk_followup_ FOREIGN KEY (calendar_id) REFERENCES public.followup_calendar(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_digestitem
    ADD CONSTRAINT followup_digestitem_person_id_d8c3b7fc_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_digestitem
    ADD CONSTRAINT followup_digestitem_ticket_id_b6470c46_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_escalationlevel
    ADD CONSTRAINT followup_escalationlevel_person_id_e66c7b4c_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_escalationlevel
    ADD CONSTRAINT followup_escalationlevel_play_id_4214520b_fk_followup_play_id FOREIGN KEY (play_id) REFERENCES public.followup_play(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_notice
    ADD CONSTRAINT followup_notice_by_id_d4eb09e2_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_notice
    ADD CONSTRAINT followup_notice_note_id_75d77266_fk_followup_activity_id FOREIGN KEY (note_id) REFERENCES public.followup_activity(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_notice
    ADD CONSTRAINT followup_notice_person_id_4b8be940_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_notice
    ADD CONSTRAINT followup_notice_ticket_id_d99b0089_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_pause
    ADD CONSTRAINT followup_pause_ticket_id_3d983c13_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_play
    ADD CONSTRAINT followup_play_owner_id_0f49b5d1_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_play
    ADD CONSTRAINT followup_play_team_id_e6d706cc_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_play
    ADD CONSTRAINT followup_play_version_id_03b2d764_fk_followup_ FOREIGN KEY (version_id) REFERENCES public.followup_playbookversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_playbookversion
    ADD CONSTRAINT followup_playbookver_created_by_id_9f5007f1_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_playbookversion
    ADD CONSTRAINT followup_playbookver_playbook_id_1ce67120_fk_followup_ FOREIGN KEY (playbook_id) REFERENCES public.followup_playbook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_playstep
    ADD CONSTRAINT followup_playstep_play_id_2c1d7bbc_fk_followup_play_id FOREIGN KEY (play_id) REFERENCES public.followup_play(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_presence
    ADD CONSTRAINT followup_presence_person_id_ddbc01b4_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_presence
    ADD CONSTRAINT followup_presence_ticket_id_3294015b_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_promise
    ADD CONSTRAINT followup_promise_made_by_id_5d54c2a4_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_promise
    ADD CONSTRAINT followup_promise_owner_id_0f891a3b_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_promise
    ADD CONSTRAINT followup_promise_ticket_id_6c97ce60_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_reminder
    ADD CONSTRAINT followup_reminder_contact_id_06e2af0d_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_reminder
    ADD CONSTRAINT followup_reminder_raised_by_id_01f19dff_fk_accounts_user_id FOREIGN KEY (raised_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_reminder
    ADD CONSTRAINT followup_reminder_raised_on_id_c0e43df3_fk_followup_ticket_id FOREIGN KEY (raised_on_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_reminder
    ADD CONSTRAINT followup_reminder_set_by_id_72982ec6_fk_accounts_user_id FOREIGN KEY (set_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_reminder
    ADD CONSTRAINT followup_reminder_ticket_id_4608b57d_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_rootcause
    ADD CONSTRAINT followup_rootcause_parent_id_a8b5f7ee_fk_followup_rootcause_id FOREIGN KEY (parent_id) REFERENCES public.followup_rootcause(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_routingrule
    ADD CONSTRAINT followup_routingrule_person_id_5234e5cc_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_routingrule_surveys
    ADD CONSTRAINT followup_routingrule_routingrule_id_27d5454b_fk_followup_ FOREIGN KEY (routingrule_id) REFERENCES public.followup_routingrule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_routingrule_surveys
    ADD CONSTRAINT followup_routingrule_survey_id_93b19573_fk_surveys_s FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_routingrule
    ADD CONSTRAINT followup_routingrule_team_id_9fb7eec1_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_savedview
    ADD CONSTRAINT followup_savedview_owner_id_03845319_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_step
    ADD CONSTRAINT followup_step_done_by_id_b6cba1cd_fk_accounts_user_id FOREIGN KEY (done_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_step
    ADD CONSTRAINT followup_step_ticket_id_b571aacc_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_surveyfollowup
    ADD CONSTRAINT followup_surveyfollo_playbook_id_3b79212e_fk_followup_ FOREIGN KEY (playbook_id) REFERENCES public.followup_playbook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_surveyfollowup
    ADD CONSTRAINT followup_surveyfollowup_survey_id_d518ea06_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_teamfollowup
    ADD CONSTRAINT followup_teamfollowu_calendar_id_976b765d_fk_followup_ FOREIGN KEY (calendar_id) REFERENCES public.followup_calendar(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_teamfollowup
    ADD CONSTRAINT followup_teamfollowup_team_id_9c98c95d_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_calendar_id_8f6e0c26_fk_followup_calendar_id FOREIGN KEY (calendar_id) REFERENCES public.followup_calendar(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_owner_id_2e7847c4_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_play_id_ca41c1a0_fk_followup_play_id FOREIGN KEY (play_id) REFERENCES public.followup_play(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_response_id_945d65e4_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_root_cause_id_b7c91cca_fk_followup_rootcause_id FOREIGN KEY (root_cause_id) REFERENCES public.followup_rootcause(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_routed_by_id_767344e5_fk_followup_ FOREIGN KEY (routed_by_id) REFERENCES public.followup_routingrule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_survey_id_fd821db0_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_ticket
    ADD CONSTRAINT followup_ticket_team_id_d09a2fd3_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_workshare
    ADD CONSTRAINT followup_workshare_person_id_52692a22_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.followup_workshare
    ADD CONSTRAINT followup_workshare_team_id_af2527b2_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_contactimport
    ADD CONSTRAINT imports_contactimport_by_id_50ab8f7f_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_contactimport
    ADD CONSTRAINT imports_contactimport_team_id_b622feea_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_contactimport
    ADD CONSTRAINT imports_contactimport_undone_by_id_a754db83_fk_accounts_user_id FOREIGN KEY (undone_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importedcompany
    ADD CONSTRAINT imports_importedcomp_run_id_9c6c8659_fk_imports_c FOREIGN KEY (run_id) REFERENCES public.imports_contactimport(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importfault
    ADD CONSTRAINT imports_importfault_run_id_53cbcf7c_fk_imports_contactimport_id FOREIGN KEY (run_id) REFERENCES public.imports_contactimport(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.imports_importpart
    ADD CONSTRAINT imports_importpart_run_id_efdf82f5_fk_imports_contactimport_id FOREIGN KEY (run_id) REFERENCES public.imports_contactimport(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement
    ADD CONSTRAINT improvements_improve_created_by_id_165acfaa_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement_root_causes
    ADD CONSTRAINT improvements_improve_improvement_id_b65dca8b_fk_improveme FOREIGN KEY (improvement_id) REFERENCES public.improvements_improvement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement
    ADD CONSTRAINT improvements_improve_reviewed_by_id_2ae7d9cb_fk_accounts_ FOREIGN KEY (reviewed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement_root_causes
    ADD CONSTRAINT improvements_improve_rootcause_id_d452b866_fk_followup_ FOREIGN KEY (rootcause_id) REFERENCES public.followup_rootcause(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement
    ADD CONSTRAINT improvements_improve_told_by_id_04e06ae7_fk_accounts_ FOREIGN KEY (told_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement
    ADD CONSTRAINT improvements_improvement_owner_id_0c8b1645_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_improvement
    ADD CONSTRAINT improvements_improvement_team_id_90dc8d60_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_lettertexts
    ADD CONSTRAINT improvements_lettert_improvement_id_72127e96_fk_improveme FOREIGN KEY (improvement_id) REFERENCES public.improvements_improvement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT improvements_told_contact_id_5060d8db_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT improvements_told_improvement_id_eeff4c06_fk_improveme FOREIGN KEY (improvement_id) REFERENCES public.improvements_improvement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT improvements_told_survey_id_798ed742_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.improvements_told
    ADD CONSTRAINT improvements_told_ticket_id_360aedfe_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.inbound_inboundmail
    ADD CONSTRAINT inbound_inboundmail_source_id_0b43f823_fk_inbound_mailsource_id FOREIGN KEY (source_id) REFERENCES public.inbound_mailsource(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT invitation_campaign_id_known FOREIGN KEY (campaign_id) REFERENCES public.surveys_campaign(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.praise_lovedwords
    ADD CONSTRAINT praise_lovedwords_survey_id_fc99c5e3_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.praise_praise
    ADD CONSTRAINT praise_praise_by_id_a5ad56c9_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.praise_praise
    ADD CONSTRAINT praise_praise_person_id_9f490e10_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.praise_praise
    ADD CONSTRAINT praise_praise_response_id_e681e85a_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.privacy_erasure
    ADD CONSTRAINT privacy_erasure_by_id_5982a932_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_person_id_dd98f394_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_segment_id_037694d2_fk_surveys_segment_id FOREIGN KEY (segment_id) REFERENCES public.surveys_segment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_survey_id_11821f6b_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.reports_report
    ADD CONSTRAINT reports_report_team_id_9ddfe693_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.risk_atrisk
    ADD CONSTRAINT risk_atrisk_company_id_41c56047_fk_surveys_company_id FOREIGN KEY (company_id) REFERENCES public.surveys_company(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.risk_atrisk
    ADD CONSTRAINT risk_atrisk_contact_id_156433d5_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.risk_atrisk
    ADD CONSTRAINT risk_atrisk_response_id_53e72d7a_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.risk_atrisk
    ADD CONSTRAINT risk_atrisk_survey_id_cad1dfe1_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT silence_call_call_list_id_1cdc888b_fk_silence_calllist_id FOREIGN KEY (call_list_id) REFERENCES public.silence_calllist(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT silence_call_caller_id_cb09187e_fk_accounts_user_id FOREIGN KEY (caller_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT silence_call_contact_id_c6bd1709_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_call
    ADD CONSTRAINT silence_call_response_id_e4ebaa7b_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_calllist
    ADD CONSTRAINT silence_calllist_campaign_id_26ebb9fa_fk_surveys_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.surveys_campaign(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_calllist
    ADD CONSTRAINT silence_calllist_created_by_id_757cca29_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.silence_calllist
    ADD CONSTRAINT silence_calllist_survey_id_522e9e03_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_answer
    ADD CONSTRAINT surveys_answer_question_id_c0166f3c_fk_surveys_question_id FOREIGN KEY (question_id) REFERENCES public.surveys_question(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_answer
    ADD CONSTRAINT surveys_answer_response_id_5416c873_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_askdecision
    ADD CONSTRAINT surveys_askdecision_contact_id_34ecc98a_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_askdecision
    ADD CONSTRAINT surveys_askdecision_invitation_id_caf5751c_fk_surveys_i FOREIGN KEY (invitation_id) REFERENCES public.surveys_invitation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_askdecision
    ADD CONSTRAINT surveys_askdecision_survey_id_bcc9c1fe_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_bulkdecision
    ADD CONSTRAINT surveys_bulkdecision_by_id_def2f3ea_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_bulkdecision
    ADD CONSTRAINT surveys_bulkdecision_undoes_id_4e1824d5_fk_surveys_b FOREIGN KEY (undoes_id) REFERENCES public.surveys_bulkdecision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_campaign
    ADD CONSTRAINT surveys_campaign_created_by_id_7aa4afb8_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_campaign
    ADD CONSTRAINT surveys_campaign_segment_id_648297fe_fk_surveys_segment_id FOREIGN KEY (segment_id) REFERENCES public.surveys_segment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_campaign
    ADD CONSTRAINT surveys_campaign_survey_id_7fdbbd21_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_contact
    ADD CONSTRAINT surveys_contact_survey_id_1b299da8_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_decision
    ADD CONSTRAINT surveys_decision_bulk_id_dd69d1f2_fk_surveys_bulkdecision_id FOREIGN KEY (bulk_id) REFERENCES public.surveys_bulkdecision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_decision
    ADD CONSTRAINT surveys_decision_by_id_f7911e69_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_decision
    ADD CONSTRAINT surveys_decision_response_id_74effb2a_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT surveys_invitation_contact_id_d710f6eb_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT surveys_invitation_created_by_id_497736e3_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT surveys_invitation_follows_id_a4e77f84_fk_surveys_response_id FOREIGN KEY (follows_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_invitation
    ADD CONSTRAINT surveys_invitation_survey_id_d0534764_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_mailtexts
    ADD CONSTRAINT surveys_mailtexts_survey_id_41e25b6f_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_question
    ADD CONSTRAINT surveys_question_survey_id_0f30caa3_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_contact_id_8cb1010f_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_follows_id_8d80e9f5_fk_surveys_response_id FOREIGN KEY (follows_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_invitation_id_c0a80e9e_fk_surveys_i FOREIGN KEY (invitation_id) REFERENCES public.surveys_invitation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_survey_id_907701cf_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_response
    ADD CONSTRAINT surveys_response_words_id_08780c8f_fk_surveys_surveywords_id FOREIGN KEY (words_id) REFERENCES public.surveys_surveywords(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_responsechange
    ADD CONSTRAINT surveys_responsechan_response_id_b026cb99_fk_surveys_r FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_segment
    ADD CONSTRAINT surveys_segment_created_by_id_74214cd0_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_survey
    ADD CONSTRAINT surveys_survey_team_id_5adfe1b3_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_surveywords
    ADD CONSTRAINT surveys_surveywords_created_by_id_f3fb5e35_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_surveywords
    ADD CONSTRAINT surveys_surveywords_survey_id_b5a9b8e8_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_tally
    ADD CONSTRAINT surveys_tally_survey_id_20abbeec_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_unsubscription
    ADD CONSTRAINT surveys_unsubscripti_contact_id_55ec7bde_fk_surveys_c FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.surveys_unsubscription
    ADD CONSTRAINT surveys_unsubscription_survey_id_a3ec8399_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tallying_askcount
    ADD CONSTRAINT tallying_askcount_division_id_effef5ce_fk_tallying_division_id FOREIGN KEY (division_id) REFERENCES public.tallying_division(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tallying_countedday
    ADD CONSTRAINT tallying_countedday_division_id_b698246b_fk_tallying_ FOREIGN KEY (division_id) REFERENCES public.tallying_division(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tallying_countedsofar
    ADD CONSTRAINT tallying_countedsofa_division_id_de265a8e_fk_tallying_ FOREIGN KEY (division_id) REFERENCES public.tallying_division(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tallying_daycount
    ADD CONSTRAINT tallying_daycount_division_id_535efbba_fk_tallying_division_id FOREIGN KEY (division_id) REFERENCES public.tallying_division(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tallying_traittally
    ADD CONSTRAINT tallying_traittally_survey_id_feb149c6_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.themes_causequality
    ADD CONSTRAINT themes_causequality_cause_id_53ed91ef_fk_followup_rootcause_id FOREIGN KEY (cause_id) REFERENCES public.followup_rootcause(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.themes_causequality
    ADD CONSTRAINT themes_causequality_theme_id_cb8ad7ef_fk_themes_theme_id FOREIGN KEY (theme_id) REFERENCES public.themes_theme(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.themes_learning
    ADD CONSTRAINT themes_learning_theme_id_aff8defd_fk_themes_theme_id FOREIGN KEY (theme_id) REFERENCES public.themes_theme(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.themes_suggestion
    ADD CONSTRAINT themes_suggestion_cause_id_54429ebb_fk_followup_rootcause_id FOREIGN KEY (cause_id) REFERENCES public.followup_rootcause(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.themes_suggestion
    ADD CONSTRAINT themes_suggestion_response_id_e5b2e185_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_draw
    ADD CONSTRAINT trials_draw_contact_id_37eb04b3_fk_surveys_contact_id FOREIGN KEY (contact_id) REFERENCES public.surveys_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_draw
    ADD CONSTRAINT trials_draw_ticket_id_51940e1a_fk_followup_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.followup_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_draw
    ADD CONSTRAINT trials_draw_trial_id_eafcd153_fk_trials_trial_id FOREIGN KEY (trial_id) REFERENCES public.trials_trial(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_adopted_by_id_7685d154_fk_accounts_user_id FOREIGN KEY (adopted_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_adopted_id_6fd7cbc9_fk_followup_playbookversion_id FOREIGN KEY (adopted_id) REFERENCES public.followup_playbookversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_before_id_c2f87722_fk_followup_playbookversion_id FOREIGN KEY (before_id) REFERENCES public.followup_playbookversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_changed_id_b48d76f5_fk_followup_playbookversion_id FOREIGN KEY (changed_id) REFERENCES public.followup_playbookversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_created_by_id_4f8094db_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_playbook_id_868aa31f_fk_followup_playbook_id FOREIGN KEY (playbook_id) REFERENCES public.followup_playbook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_started_by_id_916c1f5e_fk_accounts_user_id FOREIGN KEY (started_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial
    ADD CONSTRAINT trials_trial_stopped_by_id_6c7e61f4_fk_accounts_user_id FOREIGN KEY (stopped_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial_surveys
    ADD CONSTRAINT trials_trial_surveys_survey_id_14801df0_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trials_trial_surveys
    ADD CONSTRAINT trials_trial_surveys_trial_id_069ed9d3_fk_trials_trial_id FOREIGN KEY (trial_id) REFERENCES public.trials_trial(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wall_walllink
    ADD CONSTRAINT wall_walllink_made_by_id_970b8efe_fk_accounts_user_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wall_walllink
    ADD CONSTRAINT wall_walllink_survey_id_23e1063d_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wall_walllink
    ADD CONSTRAINT wall_walllink_team_id_acee19e0_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.web_formsubmission
    ADD CONSTRAINT web_formsubmission_user_id_3d17b0a8_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.weekly_weeklymail
    ADD CONSTRAINT weekly_weeklymail_person_id_c847c985_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.words_commentterms
    ADD CONSTRAINT words_commentterms_response_id_d1e5ebbf_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.words_commentterms
    ADD CONSTRAINT words_commentterms_survey_id_912793d6_fk_surveys_survey_id FOREIGN KEY (survey_id) REFERENCES public.surveys_survey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.words_toread
    ADD CONSTRAINT words_toread_response_id_3c3fc26d_fk_surveys_response_id FOREIGN KEY (response_id) REFERENCES public.surveys_response(id) DEFERRABLE INITIALLY DEFERRED;
