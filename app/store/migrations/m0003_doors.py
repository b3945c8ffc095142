"""The doors of a shared study: functions that write for readers, who have no right to write themselves.

Each runs with the rights of the owner of the study, finds who called it in `public.logins`, and names tables
by its schema, so that nothing a caller makes or sets can stand in its place. A door locks rows of its caller
only. `seat.append` is the only way into the two chains, for the coordinator too.
"""

from __future__ import annotations

from collections.abc import Sequence

KINDS = (
    "session_opened", "session_closed", "heartbeat", "requested", "displayed", "first_input", "call",
    "rating", "no_lesion", "checklist", "comment", "recognised", "mark_added", "mark_edited", "mark_removed",
    "undo", "redo", "level_changed", "zoomed", "curve_changed", "palette_changed", "inverted",
    "dual_intensity", "display_reset", "tool", "hidden_marks", "paused", "resumed", "focus_lost",
    "focus_gained", "clock_jump", "suspended", "locked", "ai_revealed", "ai_toggled", "ai_opacity",
    "submitted", "save_failed", "technical_problem", "skipped", "amended", "interrupted", "questionnaire",
    "deviation", "interim_analysis", "study_closed",
)  # fmt: skip
"""The kinds of event at the time of this format; a later kind comes with a later format."""
LARGEST_BYTES = 32 * 1024 * 1024
"""Of what is appended in one step; real ones have some hundred kilobytes at most."""

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_MOMENT = """to_char(({0})::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

WHO = (
    f"""
    CREATE FUNCTION seat.reader() RETURNS text LANGUAGE sql STABLE {_DEFINER} AS
    $$ SELECT reader FROM public.logins WHERE role = session_user AND kind = 'reader' $$
    """,
    f"""
    CREATE FUNCTION seat.owns() RETURNS boolean LANGUAGE sql STABLE {_DEFINER} AS
    $$ SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class
       WHERE oid = 'public.heads'::regclass $$
    """,
    f"""
    CREATE FUNCTION seat.refuse(why text) RETURNS void LANGUAGE plpgsql {_DEFINER} AS
    $$ BEGIN RAISE EXCEPTION 'scintiread: %', why; END $$
    """,
    f"""
    CREATE FUNCTION seat.require(wanted text) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    BEGIN
      IF seat.reader() IS DISTINCT FROM wanted AND NOT seat.owns() THEN
        PERFORM seat.refuse(format('%s is not reader %s', session_user, wanted));
      END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.hashed(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT {_DEFINER} AS
    $$ SELECT encode(sha256(convert_to(said, 'UTF8')), 'hex') $$
    """,
    f"""
    CREATE FUNCTION seat.now_utc() RETURNS text LANGUAGE sql VOLATILE {_DEFINER} AS
    $$ SELECT {_MOMENT.format("clock_timestamp()")} $$
    """,
)
"""Who calls, and small helpers."""


def check_form(kinds: Sequence[str]) -> str:
    """What an event looks like; a format that knows more kinds lays it down anew."""
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""
    CREATE OR REPLACE FUNCTION seat.check_form(kind text, utc text, payload text) RETURNS void
    LANGUAGE plpgsql {_DEFINER} AS $$
    BEGIN
      IF kind = ANY (ARRAY[{names}]) IS NOT TRUE THEN
        PERFORM seat.refuse(format('no event is of the kind %s', kind));
      ELSIF utc IS DISTINCT FROM {_MOMENT.format("utc")} THEN
        PERFORM seat.refuse(format('%s is no moment in UTC', utc));
      ELSIF jsonb_typeof(payload::jsonb) IS DISTINCT FROM 'object' THEN
        PERFORM seat.refuse('the payload of an event is no JSON object');
      END IF;
    END $$
    """


CHECKS = (
    f"""
    CREATE FUNCTION seat.check_washout(wanted text, next_visit integer) RETURNS void
    LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      rules jsonb := (SELECT body::jsonb FROM public.protocols ORDER BY version DESC LIMIT 1);
      opens timestamptz := (
        SELECT max(CASE WHEN a.merged THEN r.submitted_utc ELSE a.utc END)::timestamptz
        FROM public.readings r JOIN public.arrivals a ON a.reader = r.reader AND a.number = r.number
        WHERE r.reader = wanted AND r.visit = next_visit - 1 AND r.amends = '' AND r.submitted_utc <> ''
      ) + make_interval(secs => (rules->>'washout_days')::double precision * 86400);
    BEGIN
      IF next_visit % 2 = 0 AND rules->>'washout' = 'hard' AND clock_timestamp() < opens THEN
        PERFORM seat.refuse(format('the washout before visit %s lasts until %s', next_visit, opens));
      END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.check_turn(wanted text, item public.assignments) RETURNS void
    LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      before integer := (SELECT max(a.position) FROM public.assignments a WHERE a.reader = wanted
                         AND a.visit = item.visit AND a.position < item.position);
    BEGIN
      IF EXISTS (SELECT 1 FROM public.readings r WHERE r.reader = wanted AND r.position = item.position
                 AND r.amends = '' AND NOT r.locked) THEN
        PERFORM seat.refuse(format('place %s of the list was answered already', item.position));
      END IF;
      IF seat.owns() OR EXISTS (SELECT 1 FROM public.events e
                                WHERE e.reader = wanted AND e.position = item.position) THEN
        RETURN;
      END IF;
      IF before IS NULL THEN
        IF EXISTS (SELECT 1 FROM public.assignments a WHERE a.reader = wanted AND a.visit < item.visit
                   AND NOT EXISTS (SELECT 1 FROM public.readings r WHERE r.reader = wanted
                                   AND r.position = a.position AND r.amends = '' AND NOT r.locked)) THEN
          PERFORM seat.refuse(format('an earlier visit than %s is not over', item.visit));
        END IF;
        PERFORM seat.check_washout(wanted, item.visit);
      ELSIF NOT EXISTS (SELECT 1 FROM public.events e WHERE e.reader = wanted AND e.position = before) THEN
        PERFORM seat.refuse(format('place %s of the list comes before place %s', before, item.position));
      END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.check_place(
      wanted text, kind text, place integer, tried integer, code text
    ) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE item public.assignments;
    BEGIN
      IF place = 0 AND tried = 0 AND code = '' THEN
        RETURN;
      END IF;
      SELECT * INTO item FROM public.assignments a WHERE a.reader = wanted AND a.position = place;
      IF item.case_code IS DISTINCT FROM code OR tried < 1 THEN
        PERFORM seat.refuse(format('place %s of the list is not case %s', place, code));
      ELSIF kind = 'requested' THEN
        PERFORM seat.check_turn(wanted, item);
      ELSIF NOT EXISTS (SELECT 1 FROM public.events e WHERE e.reader = wanted AND e.position = place
                        AND e.attempt = tried AND e.kind = 'requested') THEN
        PERFORM seat.refuse(format('place %s of the list was not opened', place));
      END IF;
    END $$
    """,
    check_form(KINDS),
    f"""
    CREATE FUNCTION seat.happened(
      wanted text, place integer, tried integer, what text, after integer
    ) RETURNS boolean LANGUAGE sql STABLE {_DEFINER} AS $$
      SELECT EXISTS (SELECT 1 FROM public.events e WHERE e.reader = wanted AND e.position = place
                     AND e.attempt = tried AND e.kind = what AND e.sequence > after)
    $$
    """,
    f"""
    CREATE FUNCTION seat.check_stage(
      wanted text, item public.assignments, given_arm text, ended_as text, locks boolean, changes text
    ) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      mode text := (SELECT body::jsonb->>'mode' FROM public.protocols ORDER BY version DESC LIMIT 1);
      first_locked boolean := false;
      ended boolean := false;
      amended public.readings;
    BEGIN
      IF changes <> '' THEN
        SELECT * INTO amended FROM public.readings r WHERE r.reader = wanted AND r.sha256 = changes;
        IF amended.locked THEN
          PERFORM seat.refuse('a locked first answer cannot be changed');
        ELSIF (amended.position, amended.arm::text, amended.outcome::text, ended_as, locks)
              IS DISTINCT FROM (item.position, given_arm, 'answered', 'answered', false) THEN
          PERFORM seat.refuse('there is no answer to change');
        END IF;
        RETURN;
      END IF;
      SELECT coalesce(bool_or(r.locked), false), coalesce(bool_or(NOT r.locked), false)
        INTO first_locked, ended
        FROM public.readings r WHERE r.reader = wanted AND r.position = item.position AND r.amends = '';
      IF ended THEN
        PERFORM seat.refuse(format('place %s of the list was answered already', item.position));
      ELSIF given_arm IS DISTINCT FROM (CASE WHEN first_locked THEN 'aided' ELSE item.arm END) THEN
        PERFORM seat.refuse(format(
          'place %s of the list is not read in the arm %s', item.position, given_arm));
      ELSIF locks IS DISTINCT FROM (mode = 'sequential' AND NOT first_locked AND ended_as = 'answered') THEN
        PERFORM seat.refuse('the first answer of a sequential study is locked, and no other');
      END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.check_reading(
      wanted text, who jsonb, flags jsonb, submitted text, last_answer integer
    ) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      item public.assignments;
      place integer := (who->>'position')::integer;
      tried integer := (who->>'attempt')::integer;
      outcome text := flags->>'outcome';
      ending text := CASE
        WHEN flags->>'amends' <> '' THEN 'amended' WHEN (flags->>'locked')::boolean THEN 'locked'
        WHEN outcome = 'answered' THEN 'submitted' WHEN outcome = 'skipped' THEN 'skipped'
        WHEN outcome = 'technical problem' THEN 'technical_problem' END;
    BEGIN
      SELECT * INTO item FROM public.assignments a WHERE a.reader = wanted AND a.position = place;
      IF item.reader IS NULL
         OR (who->>'reader', who->>'case', (who->>'visit')::integer, (who->>'warm_up')::boolean)
            IS DISTINCT FROM (wanted, item.case_code::text, item.visit, item.warm_up)
         OR coalesce((who->>'repeat_of')::integer, item.repeat_of) IS DISTINCT FROM item.repeat_of THEN
        PERFORM seat.refuse(format('place %s of the list is another', place));
      ELSIF NOT EXISTS (SELECT 1 FROM public.protocols p WHERE p.sha256 = who->>'protocol_sha256') THEN
        PERFORM seat.refuse('the answer was read by a protocol that is not of this study');
      ELSIF submitted <> '' AND submitted IS DISTINCT FROM {_MOMENT.format("submitted")} THEN
        PERFORM seat.refuse(format('%s is no moment in UTC', submitted));
      END IF;
      PERFORM seat.check_stage(
        wanted, item, who->>'arm', outcome, (flags->>'locked')::boolean, flags->>'amends');
      IF NOT coalesce(seat.happened(wanted, place, tried, ending, last_answer), false) THEN
        PERFORM seat.refuse(format('nothing tells how the answer at place %s was given', place));
      ELSIF outcome = 'answered' AND NOT seat.happened(wanted, place, tried, 'displayed', 0) THEN
        PERFORM seat.refuse(format('place %s of the list was not displayed', place));
      ELSIF ending = 'submitted' AND who->>'arm' = 'aided' AND NOT seat.happened(
              wanted, place, tried, 'ai_revealed', 0) THEN
        PERFORM seat.refuse(format('at place %s the AI was not revealed', place));
      END IF;
    END $$
    """,
)
"""What may be appended: each refuses with one sentence."""

DOORS = (
    f"""
    CREATE FUNCTION seat.freeze(moment text) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    BEGIN
      IF seat.owns() THEN
        UPDATE public.protocols SET frozen_utc = least(
          {_MOMENT.format("moment")}, (SELECT min(utc) FROM public.openings)) WHERE frozen_utc IS NULL;
      ELSIF seat.reader() IS NULL THEN
        PERFORM seat.refuse('only who reads freezes the protocol');
      ELSIF NOT EXISTS (SELECT 1 FROM public.openings o WHERE o.reader = seat.reader()) THEN
        INSERT INTO public.openings VALUES (seat.reader(), seat.now_utc());
      END IF;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.append(wanted text, batch text) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      told jsonb;
      answer jsonb;
      head public.heads;
      event record;
      last_answer integer;
      start text := (
        SELECT seat.hashed(format('["scintiread",%s,%s]', to_json(sha256::text), to_json(wanted)))
        FROM public.protocols ORDER BY version LIMIT 1);
      checked text := '';
    BEGIN
      PERFORM seat.require(wanted);
      IF octet_length(batch) > {LARGEST_BYTES} THEN
        PERFORM seat.refuse('this is too much for one step');
      END IF;
      told := batch::jsonb;
      answer := nullif(told->'reading', 'null');
      PERFORM seat.freeze(seat.now_utc());
      SELECT * INTO head FROM public.heads h WHERE h.reader = wanted FOR UPDATE;
      IF head.reader IS NULL THEN
        INSERT INTO public.heads VALUES (wanted, 0, start, 0, start) RETURNING * INTO head;
      END IF;
      IF to_jsonb(head) - 'reader' IS DISTINCT FROM told->'before' THEN
        RAISE unique_violation USING MESSAGE = format('the chains of reader %s go on elsewhere', wanted);
      END IF;
      last_answer := coalesce((SELECT r.events FROM public.readings r
                               WHERE r.reader = wanted AND r.number = head.readings), 0);
      FOR event IN SELECT * FROM jsonb_to_recordset(told->'events') AS given(
          session text, number integer, kind text, "position" integer, attempt integer, case_code text,
          monotonic_ns bigint, utc text, payload text, sha256 text) LOOP
        IF event IS DISTINCT FROM NULL AND NOT (event IS NOT NULL) THEN
          PERFORM seat.refuse('a part of an event is missing');
        END IF;
        PERFORM seat.check_form(event.kind, event.utc, event.payload);
        IF event.kind = 'requested' OR checked <> format('%s %s %s', event.position, event.attempt,
                                                         event.case_code) THEN
          PERFORM seat.check_place(wanted, event.kind, event.position, event.attempt, event.case_code);
          checked := format('%s %s %s', event.position, event.attempt, event.case_code);
        END IF;
        head.events := head.events + 1;
        head.events_sha256 := seat.hashed(head.events_sha256 || format(
          '{{"at":{{"monotonic_ns":%s,"utc":%s}},"attempt":%s,"case":%s,"kind":%s,"number":%s,"payload":%s,'
          '"position":%s,"session":%s}}',
          event.monotonic_ns, to_json(event.utc), event.attempt, to_json(event.case_code),
          to_json(event.kind), event.number, event.payload, event.position, to_json(event.session)));
        IF event.sha256 <> head.events_sha256 THEN
          PERFORM seat.refuse(format('event %s does not fit the chain', head.events));
        END IF;
        INSERT INTO public.events (
          reader, sequence, session, number, kind, position, attempt, case_code, monotonic_ns, utc, payload,
          sha256)
        VALUES (
          wanted, head.events, event.session, event.number, event.kind, event.position, event.attempt,
          event.case_code, event.monotonic_ns, event.utc, event.payload, event.sha256);
      END LOOP;
      IF answer IS NOT NULL THEN
        head := seat.append_reading(wanted, head, answer, last_answer);
      END IF;
      UPDATE public.heads h SET readings = head.readings, readings_sha256 = head.readings_sha256,
        events = head.events, events_sha256 = head.events_sha256 WHERE h.reader = wanted;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.append_reading(
      wanted text, head public.heads, answer jsonb, last_answer integer
    ) RETURNS public.heads LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      who jsonb := (answer->>'identity')::jsonb;
      flags jsonb := (answer->>'flags')::jsonb;
      times jsonb := (answer->>'times')::jsonb;
      submitted text := coalesce(times->'submitted'->>'utc', '');
      sections text := format(
        '{{"ai":"%s","answer":"%s","display":"%s","flags":"%s","identity":"%s","times":"%s"}}',
        seat.hashed(answer->>'ai'), seat.hashed(answer->>'answer'), seat.hashed(answer->>'display'),
        seat.hashed(answer->>'flags'), seat.hashed(answer->>'identity'), seat.hashed(answer->>'times'));
      previous text := head.readings_sha256;
    BEGIN
      IF ARRAY['object', 'object', 'object', 'object', 'object'] IS DISTINCT FROM ARRAY[
           jsonb_typeof(who), jsonb_typeof(flags), jsonb_typeof(times),
           jsonb_typeof((answer->>'answer')::jsonb), jsonb_typeof((answer->>'display')::jsonb)]
         OR jsonb_typeof((answer->>'ai')::jsonb) IN ('object', 'null') IS NOT TRUE THEN
        PERFORM seat.refuse('a part of an answer is no JSON object');
      END IF;
      PERFORM seat.check_reading(wanted, who, flags, submitted, last_answer);
      head.readings := head.readings + 1;
      head.readings_sha256 := seat.hashed(format(
        '[%s,"%s",%s,%s,"%s"]', head.readings, previous, sections, head.events, head.events_sha256));
      IF answer->>'sha256' IS DISTINCT FROM head.readings_sha256 THEN
        PERFORM seat.refuse(format('answer %s does not fit the chain', head.readings));
      END IF;
      INSERT INTO public.readings (
        reader, number, position, case_code, arm, visit, outcome, locked, amends, submitted_utc,
        active_seconds, identity, answer, times, display, flags, ai, sections, events, events_sha256,
        previous_sha256, sha256)
      VALUES (
        wanted, head.readings, (who->>'position')::integer, who->>'case', who->>'arm',
        (who->>'visit')::integer, flags->>'outcome', (flags->>'locked')::boolean, flags->>'amends', submitted,
        (times->>'active_seconds')::double precision, answer->>'identity', answer->>'answer',
        answer->>'times', answer->>'display', answer->>'flags', answer->>'ai', sections, head.events,
        head.events_sha256, previous, head.readings_sha256);
      INSERT INTO public.arrivals (reader, number, utc, merged)
        VALUES (wanted, head.readings, seat.now_utc(), seat.owns());
      RETURN head;
    END $$
    """,
    f"""
    CREATE FUNCTION seat.sit(wanted text, who text) RETURNS text LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE place public.sittings;
    BEGIN
      PERFORM seat.require(wanted);
      INSERT INTO public.sittings VALUES (wanted, '', 0, '', '') ON CONFLICT DO NOTHING;
      SELECT * INTO place FROM public.sittings s WHERE s.reader = wanted FOR UPDATE;
      IF EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = place.pid AND a.usename = place.role
                 AND a.application_name = place.token AND a.datname = current_database()) THEN
        RETURN place.holder;
      END IF;
      UPDATE public.sittings s SET holder = who, pid = pg_backend_pid(), role = session_user,
        token = current_setting('application_name') WHERE s.reader = wanted;
      RETURN '';
    END $$
    """,
    f"""
    CREATE FUNCTION seat.leave(wanted text) RETURNS void LANGUAGE plpgsql {_DEFINER} AS $$
    BEGIN
      PERFORM seat.require(wanted);
      UPDATE public.sittings SET pid = 0 WHERE reader = wanted AND pid = pg_backend_pid();
    END $$
    """,
)
OPEN = (
    "seat.reader()",
    "seat.committed(xid)",
    "seat.now_utc()",
    "seat.freeze(text)",
    "seat.append(text, text)",
    "seat.sit(text, text)",
    "seat.leave(text)",
)
"""What a reader may call."""
