-- What a computer asks. These run as fc_reader, whom row security shows what the person who signed in may see.

CREATE FUNCTION sync.hello(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    m sync.member;
    c sync.client;
    v sync.server;
    known boolean;
BEGIN
    SELECT * INTO m FROM sync.member WHERE login = session_user;
    IF NOT FOUND OR m.disabled THEN
        RAISE EXCEPTION 'not a member' USING ERRCODE = 'FC003';
    END IF;
    SELECT * INTO v FROM sync.server;
    SELECT * INTO c FROM sync.client WHERE id = (p ->> 'client')::uuid;
    IF FOUND AND c.login <> session_user THEN
        RAISE EXCEPTION 'this computer belongs to another login' USING ERRCODE = 'FC004';
    ELSIF NOT FOUND AND (p ->> 'next_batch')::bigint = 1 THEN
        INSERT INTO sync.client (id, login, person, device)
        VALUES ((p ->> 'client')::uuid, session_user, m.person, coalesce(p ->> 'device', '')) RETURNING * INTO c;
    END IF;
    UPDATE sync.client
    SET seen = now(), cursor = (p ->> 'cursor')::bigint, program = coalesce(p ->> 'program', ''),
        device = coalesce(p ->> 'device', device)
    WHERE no = c.no;
    known := coalesce((p ->> 'mark')::bigint, 0) = 0 OR coalesce(
        sync.mark_of((p ->> 'mark')::bigint) = (nullif(p ->> 'token', ''))::uuid, false);
    RETURN jsonb_build_object(
        'server', v.id, 'name', v.name, 'version', v.version, 'min_version', v.min_version,
        'head', (SELECT seq FROM sync.head), 'last_batch', c.last_batch, 'last_hash', c.last_hash,
        'client', c.no, 'known', known, 'person', sync.hexed(m.person), 'admin', m.admin,
        'rights', m.version, 'time', (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
END $$;

-- How far a computer is, for whoever looks after the server.
CREATE FUNCTION sync.reached(p_client uuid, p_cursor bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE sync.client SET cursor = p_cursor, seen = now() WHERE id = p_client AND login = session_user $$;

-- The mark of a place in the history: of the batch that it lies in.
CREATE FUNCTION sync.mark_of(p_seq bigint) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT b.token FROM sync.batch b WHERE b.seq >= p_seq ORDER BY b.seq LIMIT 1 $$;

-- The same for a computer that stops within a batch.
CREATE FUNCTION sync.mark(p_seq bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT sync.mark_of(p_seq)::text WHERE EXISTS (
        SELECT FROM sync.member m WHERE m.login = session_user AND NOT m.disabled)
$$;

-- The latest of these marks of the history, [[seq, token], …], that this server knows, 0 when none.
CREATE FUNCTION sync.common(p_points jsonb) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT coalesce(max((p ->> 0)::bigint), 0)
    FROM jsonb_array_elements(p_points) AS p
    WHERE sync.mark_of((p ->> 0)::bigint) = (p ->> 1)::uuid AND EXISTS (
        SELECT FROM sync.member m WHERE m.login = session_user AND NOT m.disabled)
$$;

-- What was last written after `p_cursor`, as far as `p_upto`. Of records that the computer with the number `p_own` made
-- and that are as it sent them, only that they are there: their data is ''.
CREATE FUNCTION sync.pull(p_cursor bigint, p_upto bigint, p_limit integer, p_own integer DEFAULT 0)
RETURNS TABLE (seq bigint, ent text, id text, del boolean, writer integer, at bigint, data text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    -- sync.hexed, written out: a call a row costs more than all the rest of it
    SELECT r.seq, r.ent, upper(replace(r.id::text, '-', '')), r.del, r.writer, r.at,
        CASE WHEN r.del THEN CASE WHEN r.data ? 'purged' THEN 'purged' END
            WHEN p_own > 0 AND r.ccl = p_own AND r.seq = r.cseq AND r.ent NOT IN ('conflict', 'user', 'role', 'setting')
                AND NOT (SELECT sync.my_hidden()) ? r.ent THEN ''
            WHEN (SELECT sync.my_hidden()) ? r.ent
            THEN (r.data - ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> r.ent)))::text
            ELSE r.data::text
        END
    FROM sync.rec r WHERE r.seq > p_cursor AND r.seq <= p_upto ORDER BY r.seq LIMIT p_limit
$$;

-- How things stand, and what came after `p_cursor` where that is no more than `p_limit` numbers of the history:
-- {head, token, rights, came: {rows, gone, near, people} or null}.
CREATE FUNCTION sync.news(p_cursor bigint, p_limit integer, p_own integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    head jsonb := sync.head_mark();
    upto bigint := head ->> 0;
    came jsonb;
BEGIN
    IF upto > p_cursor AND upto - p_cursor <= least(p_limit, 5000) THEN
        WITH new AS MATERIALIZED (
            SELECT * FROM sync.pull(p_cursor, upto, 5000, p_own)
        )
        SELECT jsonb_build_object(
            'rows', (SELECT coalesce(jsonb_agg(jsonb_build_array(n.seq, n.ent, n.id, n.del, n.writer, n.at, n.data) ORDER BY n.seq), '[]')
                FROM new n),
            'gone', CASE WHEN p_cursor = 0 THEN '[]' ELSE (SELECT coalesce(jsonb_agg(jsonb_build_array(g.ent, g.id)), '[]')
                FROM sync.pull_gone(p_cursor, upto) g) END,
            'near', CASE WHEN p_cursor = 0 OR coalesce(current_setting('freecrm.part', true), '') = '' THEN '[]'
                ELSE (SELECT coalesce(jsonb_agg(jsonb_build_array(x.ent, x.id)), '[]') FROM sync.near(p_cursor, upto) x) END,
            'people', (SELECT coalesce(jsonb_object_agg(c.no, jsonb_build_array(sync.hexed(c.person), c.device)), '{}')
                FROM sync.client c WHERE c.no IN (SELECT n.writer FROM new n)))
        INTO came;
    END IF;
    RETURN jsonb_build_object('head', upto, 'token', head ->> 1, 'rights', head -> 2, 'came', came);
END $$;

-- How much was deleted after `p_cursor`: a desktop asks before it deletes very much.
CREATE FUNCTION sync.going(p_cursor bigint, p_upto bigint) RETURNS TABLE (ent text, count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT r.ent, count(*) FROM sync.rec r WHERE r.seq > p_cursor AND r.seq <= p_upto AND r.del GROUP BY 1
$$;

CREATE FUNCTION sync.deleted(p_cursor bigint, p_upto bigint, p_ent text) RETURNS TABLE (id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT sync.hexed(r.id) FROM sync.rec r WHERE r.seq > p_cursor AND r.seq <= p_upto AND r.del AND r.ent = p_ent
$$;

-- What this person could see and no longer can.
CREATE FUNCTION sync.pull_gone(p_cursor bigint, p_upto bigint) RETURNS TABLE (ent text, id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT DISTINCT g.ent, sync.hexed(g.id) FROM sync.gone g
    WHERE g.seq > p_cursor AND g.seq <= p_upto AND NOT EXISTS (SELECT FROM sync.rec r WHERE r.id = g.id)
$$;

-- The end of the history as of now, and the version of the rights of who asks: [seq, token, version].
CREATE FUNCTION sync.head_mark() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT jsonb_build_array(h.seq, (SELECT b.token FROM sync.batch b WHERE b.seq = h.seq),
        (SELECT m.version FROM sync.member m WHERE m.login = session_user AND NOT m.disabled)) FROM sync.head h
$$;

-- Some records as they stand, for who had to give up a change of theirs.
CREATE FUNCTION sync.fetch(p_ids text[])
RETURNS TABLE (seq bigint, ent text, id text, del boolean, writer integer, at bigint, data text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT r.seq, r.ent, sync.hexed(r.id), r.del, r.writer, r.at,
        CASE WHEN NOT r.del
            THEN (r.data - coalesce(ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> r.ent)), '{}'))::text
        END
    FROM sync.rec r WHERE r.id = ANY (p_ids::uuid[])
$$;

-- The computers of the team: [no, person, device].
CREATE FUNCTION sync.computers() RETURNS TABLE (no integer, person text, device text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT c.no, sync.hexed(c.person), c.device FROM sync.client c
    WHERE EXISTS (SELECT FROM sync.member m WHERE m.login = session_user AND NOT m.disabled)
$$;

-- All that is known of a record's changes, from the server's log.
CREATE FUNCTION sync.history(p_root text)
RETURNS TABLE (seq bigint, stamp bigint, person text, device text, ent text, id text, op text, patch text, prev text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT l.seq, l.stamp, sync.hexed(c.person), c.device, l.ent, sync.hexed(l.id), l.op,
        (l.patch - coalesce(ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> l.ent)), '{}'))::text,
        (l.prev - coalesce(ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> l.ent)), '{}'))::text
    FROM sync.log l JOIN sync.client c ON c.no = l.client
    WHERE l.root = p_root::uuid AND l.ent <> 'conflict' ORDER BY l.seq
$$;

-- The next `p_count` numbers of a series: the first of them.
CREATE FUNCTION sync.reserve(p_key text, p_first bigint, p_count integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    found_next bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM sync.member m WHERE m.login = session_user AND NOT m.disabled) THEN
        RAISE EXCEPTION 'not a member' USING ERRCODE = 'FC003';
    ELSIF length(p_key) > 200 OR p_count NOT BETWEEN 1 AND 1000 OR p_first NOT BETWEEN 0 AND 999999999999 THEN
        RAISE EXCEPTION 'too many numbers' USING ERRCODE = 'FC005';
    END IF;
    INSERT INTO sync.range AS r (key, next) VALUES (p_key, p_first + p_count)
    ON CONFLICT (key) DO UPDATE SET next = greatest(r.next, p_first) + p_count
    RETURNING next INTO found_next;
    RETURN found_next - p_count;
END $$;

-- One line a 256th of all records: how many and what their numbers come to. Two copies that agree here are the same.
CREATE FUNCTION sync.digest(p_ents text[]) RETURNS TABLE (part integer, rows bigint, sum numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT get_byte(uuid_send(r.id), 15), count(*), sum(r.seq::numeric)
    FROM sync.rec r WHERE NOT r.del AND r.ent = ANY (p_ents) GROUP BY 1
$$;

-- The records of one of these parts, with their numbers.
CREATE FUNCTION sync.part(p_part integer, p_ents text[]) RETURNS TABLE (id text, seq bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT sync.hexed(r.id), r.seq FROM sync.rec r
    WHERE NOT r.del AND r.ent = ANY (p_ents) AND get_byte(uuid_send(r.id), 15) = p_part
$$;

-- The next `p_limit` records after this id ('' = from the first one), as they stand: a desktop holds its own against them.
-- plpgsql, so that each call is planned for its own place and number: for any place, all would be read and sorted.
CREATE FUNCTION sync.stretch(p_after text, p_limit integer, p_ents text[])
RETURNS TABLE (seq bigint, ent text, id text, del boolean, writer integer, at bigint, data text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT r.seq, r.ent, sync.hexed(r.id), false, r.writer, r.at,
        (r.data - coalesce(ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> r.ent)), '{}'))::text
    FROM sync.rec r
    WHERE r.id > coalesce(nullif(p_after, ''), repeat('0', 32))::uuid AND NOT r.del AND r.ent = ANY (p_ents)
    ORDER BY r.id LIMIT least(p_limit, 5000);
END $$;

-- Who joins with a file in which he is known already keeps that id, as long as it is nobody else's and he has done
-- nothing here.
CREATE FUNCTION sync.claim(p_person uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    m sync.member;
    s bigint;
BEGIN
    SELECT * INTO m FROM sync.member WHERE login = session_user FOR UPDATE;
    IF NOT FOUND OR m.disabled OR m.person = p_person
        OR EXISTS (SELECT FROM sync.member WHERE person = p_person)
        OR EXISTS (SELECT FROM sync.rec WHERE id = p_person)
        OR EXISTS (SELECT FROM sync.client WHERE login = session_user AND last_batch > 0)
    THEN
        RETURN false;
    END IF;
    UPDATE sync.member SET person = p_person WHERE login = m.login;
    UPDATE sync.client SET person = p_person WHERE login = m.login;
    UPDATE sync.head SET seq = seq + 1 RETURNING seq INTO s;
    UPDATE sync.rec SET del = true, seq = s WHERE id = m.person;
    INSERT INTO sync.batch (seq, client, batch) VALUES (s, 0, s);
    RETURN true;
END $$;

-- A person of the firm whom whoever looks after the server lets in: known by the same name, or put in.
CREATE FUNCTION sync.person_named(p_name text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    found_id uuid;
    s bigint;
    ms bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
BEGIN
    SELECT id INTO found_id FROM sync.rec
    WHERE ent = 'user' AND NOT del AND data ->> 'name' = p_name ORDER BY cseq LIMIT 1;
    IF found_id IS NULL THEN
        found_id := gen_random_uuid();
        UPDATE sync.head SET seq = seq + 1 RETURNING seq INTO s;
        INSERT INTO sync.rec (id, ent, seq, cseq, cat, ccl, rent, root, writer, at, pushed, data)
        VALUES (found_id, 'user', s, s, ms, 0, 'user', found_id, 0, ms, s - 1, jsonb_build_object('name', p_name));
        INSERT INTO sync.batch (seq, client, batch) VALUES (s, 0, s);
    END IF;
    RETURN found_id;
END $$;
