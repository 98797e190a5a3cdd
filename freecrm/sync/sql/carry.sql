-- Files of a computer without a network, brought here by somebody else.
--
-- The file is a letter between that computer and this server; whoever carries it is a postman. Each computer has a key
-- that it told over its own connection and that nobody else can ask for. All that counts in the file is encrypted and
-- authenticated by it, so these functions do what they are told by the file, as its author and with the author's rights
-- of now, and the answer can be read by that computer alone. The carrier only has to be somebody of the team.

-- AES-256-CBC and HMAC-SHA-512 as RFC 7518 puts them together (A256CBC-HS512): PostgreSQL's own pgcrypto has both, and no
-- other authenticated encryption. p_about is authenticated, too: whose file it is, which one, and which piece of it.
CREATE FUNCTION sync.tag(p_key bytea, p_about text, p_body bytea) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    about bytea := convert_to(p_about, 'UTF8');
BEGIN
    RETURN substr(pgcrypto.hmac(about || p_body || int8send(length(about) * 8), substr(p_key, 1, 32), 'sha512'), 1, 32);
END $$;

CREATE FUNCTION sync.sealed(p_key bytea, p_about text, p_text text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    iv bytea := pgcrypto.gen_random_bytes(16);
    body bytea := iv || pgcrypto.encrypt_iv(convert_to(p_text, 'UTF8'), substr(p_key, 33, 32), iv, 'aes-cbc/pad:pkcs');
BEGIN
    RETURN body || sync.tag(p_key, p_about, body);
END $$;

CREATE FUNCTION sync.unsealed(p_key bytea, p_about text, p_sealed bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    body bytea := substr(p_sealed, 1, greatest(length(p_sealed) - 32, 0));
    blind bytea := pgcrypto.gen_random_bytes(32);  -- so that the time of comparing tells nothing
BEGIN
    IF length(body) < 32 OR length(body) % 16 <> 0
        OR pgcrypto.hmac(substr(p_sealed, length(body) + 1), blind, 'sha256')
            <> pgcrypto.hmac(sync.tag(p_key, p_about, body), blind, 'sha256')
    THEN
        RAISE EXCEPTION 'this was not written by that computer' USING ERRCODE = 'FC012';
    END IF;
    RETURN convert_from(
        pgcrypto.decrypt_iv(substr(body, 17), substr(p_key, 33, 32), substr(body, 1, 16), 'aes-cbc/pad:pkcs'), 'UTF8');
END $$;

CREATE FUNCTION sync.give_key(p_client uuid, p_key bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM sync.client c JOIN sync.member m USING (login)
        WHERE c.id = p_client AND c.login = session_user AND NOT m.disabled)
    THEN
        RAISE EXCEPTION 'unknown computer' USING ERRCODE = 'FC002';
    END IF;
    INSERT INTO sync.key (client, secret) VALUES (p_client, p_key)
    ON CONFLICT (client) DO UPDATE SET secret = excluded.secret, given = now() WHERE key.secret <> excluded.secret;
END $$;

-- Speaks for somebody from now on, within this call; with '' for oneself again. Nobody can call this from outside.
CREATE FUNCTION sync.act_for(p_login text, p_part text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    DELETE FROM sync.acting WHERE pid = pg_backend_pid();
    IF p_login <> '' THEN
        INSERT INTO sync.acting (pid, xact, login) VALUES (pg_backend_pid(), pg_current_xact_id(), p_login);
    END IF;
    PERFORM set_config('freecrm.part', coalesce(p_part, ''), true);
END $$;

-- What stands on the cover of a carried file, after all that can be wrong with it was looked at.
CREATE FUNCTION sync.cover(p_server uuid, p_client uuid, p_file uuid, p_cover bytea) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    c sync.client;
    k bytea;
BEGIN
    IF NOT EXISTS (SELECT FROM sync.member WHERE login = session_user AND NOT disabled)
        AND NOT pg_has_role(session_user, 'fc_writer', 'MEMBER')
    THEN
        RAISE EXCEPTION 'not a member' USING ERRCODE = 'FC003';
    ELSIF p_server <> (SELECT id FROM sync.server) THEN
        RAISE EXCEPTION 'of another team' USING ERRCODE = 'FC011';
    END IF;
    SELECT * INTO c FROM sync.client WHERE id = p_client;
    SELECT secret INTO k FROM sync.key WHERE client = p_client;
    IF c.no IS NULL OR k IS NULL THEN
        RAISE EXCEPTION 'no key of this computer' USING ERRCODE = 'FC013';
    END IF;
    -- first whether it is genuine, so that a made-up file learns nothing about anybody
    RETURN sync.unsealed(k, concat_ws(' ', 'FreeCRM out', p_server, p_client, p_file, 0), p_cover)::jsonb
        || jsonb_build_object('login', c.login);
END $$;

-- Looks at a file before anything of it counts: {from: where the answer begins, person, device, pieces: SHA-256 of each}.
CREATE FUNCTION sync.carry_open(p_server uuid, p_client uuid, p_file uuid, p_cover bytea) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    p jsonb := sync.cover(p_server, p_client, p_file, p_cover);
    c sync.client;
    m sync.member;
BEGIN
    SELECT * INTO c FROM sync.client WHERE id = p_client;
    SELECT * INTO m FROM sync.member WHERE login = c.login;
    IF NOT FOUND OR m.disabled THEN
        RAISE EXCEPTION 'its author is let in no longer' USING ERRCODE = 'FC014';
    ELSIF c.last_batch < (p ->> 'next_batch')::bigint - 1 OR ((p ->> 'mark')::bigint > 0
        AND sync.mark_of((p ->> 'mark')::bigint) IS DISTINCT FROM (nullif(p ->> 'token', ''))::uuid)
    THEN
        RAISE EXCEPTION 'that computer knows more than this server' USING ERRCODE = 'FC015';
    END IF;
    DELETE FROM sync.receipt WHERE client = c.no AND batch < (p ->> 'next_batch')::bigint;
    RETURN jsonb_build_object(
        'from', CASE WHEN (p ->> 'whole')::boolean OR (p ->> 'rights')::int <> m.version THEN 0
            ELSE (p ->> 'cursor')::bigint END,
        'person', (SELECT u.data ->> 'name' FROM sync.rec u WHERE u.id = m.person), 'login', c.login, 'device', c.device,
        'pieces', p -> 'pieces');
END $$;

-- One piece of a file: a batch, pushed as its author. Whether it was news.
CREATE FUNCTION sync.carry_push(
    p_server uuid, p_client uuid, p_file uuid, p_cover bytea, p_n integer, p_piece bytea
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    p jsonb := sync.cover(p_server, p_client, p_file, p_cover);
    b bigint := (p -> 'batches' ->> (p_n - 1))::bigint;
    c sync.client;
    said text;
    answer jsonb;
    before text := current_setting('freecrm.part', true);
BEGIN
    IF encode(sha256(p_piece), 'hex') IS DISTINCT FROM p -> 'pieces' ->> (p_n - 1) THEN
        RAISE EXCEPTION 'a piece of another file' USING ERRCODE = 'FC012';
    END IF;
    said := sync.unsealed((SELECT secret FROM sync.key WHERE client = p_client),
        concat_ws(' ', 'FreeCRM out', p_server, p_client, p_file, p_n), p_piece);
    SELECT * INTO c FROM sync.client WHERE id = p_client FOR UPDATE;
    IF b < c.last_batch OR (b = c.last_batch AND c.last_hash <> md5(convert_to(said, 'UTF8'))) THEN
        RETURN false;
    END IF;
    PERFORM sync.act_for(p ->> 'login', '');
    answer := sync.push(p_client, b, said);
    PERFORM sync.act_for('', before);
    INSERT INTO sync.receipt (client, batch, hash, answer) VALUES (c.no, b, md5(convert_to(said, 'UTF8')), answer)
    ON CONFLICT (client, batch) DO NOTHING;
    RETURN b > c.last_batch;
END $$;

-- A page of the answer: what that computer would have pulled after `p_after`, and how far that reaches.
CREATE FUNCTION sync.carry_pull(
    p_server uuid, p_client uuid, p_file uuid, p_cover bytea, p_after bigint, p_limit integer, p_stride bigint
) RETURNS TABLE (page bytea, reached bigint, head bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    p jsonb := sync.cover(p_server, p_client, p_file, p_cover);
    before text := current_setting('freecrm.part', true);
    upto bigint;
    came jsonb;
    lost jsonb;
    near jsonb := '[]';
    found jsonb := '[]';
BEGIN
    IF p_limit NOT BETWEEN 1 AND 5000 OR p_stride < 1 THEN
        RAISE EXCEPTION 'too much at once' USING ERRCODE = 'FC005';
    END IF;
    SELECT seq INTO head FROM sync.head;
    upto := least(head, p_after + p_stride);
    PERFORM sync.act_for(p ->> 'login', p ->> 'part');
    SELECT coalesce(jsonb_agg(jsonb_build_array(r.seq, r.ent, r.id, r.del, r.writer, r.at, r.data) ORDER BY r.seq), '[]')
    INTO came FROM sync.pull(p_after, upto, p_limit) AS r;
    reached := CASE WHEN jsonb_array_length(came) = p_limit THEN (came -> -1 ->> 0)::bigint ELSE upto END;
    IF p_after > 0 THEN
        SELECT coalesce(jsonb_agg(jsonb_build_array(g.ent, g.id)), '[]') INTO lost FROM sync.pull_gone(p_after, reached) AS g;
        SELECT coalesce(jsonb_agg(jsonb_build_array(n.ent, n.id)), '[]') INTO near FROM sync.near(p_after, reached) AS n;
        SELECT coalesce(jsonb_agg(jsonb_build_array(f.seq, f.ent, f.id, f.del, f.writer, f.at, f.data)), '[]')
        INTO found FROM sync.fetch(ARRAY(SELECT x ->> 1 FROM jsonb_array_elements(near) AS x)) AS f;
    END IF;
    PERFORM sync.act_for('', before);
    page := sync.sealed((SELECT secret FROM sync.key WHERE client = p_client),
        concat_ws(' ', 'FreeCRM in', p_server, p_client, p_file, p_after),
        jsonb_build_object('from', p_after, 'to', reached, 'mark', sync.mark_of(reached),
            'rights', (SELECT version FROM sync.member WHERE login = p ->> 'login'),
            'rows', came, 'gone', coalesce(lost, '[]'), 'near', near, 'found', found)::text);
    RETURN NEXT;
END $$;

-- The end of the answer: what became of each batch, and who the others are.
CREATE FUNCTION sync.carry_close(p_server uuid, p_client uuid, p_file uuid, p_cover bytea, p_reached bigint) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    p jsonb := sync.cover(p_server, p_client, p_file, p_cover);
    before text := current_setting('freecrm.part', true);
    c sync.client;
    m sync.member;
    v sync.server;
    receipts jsonb;
    refused jsonb;
BEGIN
    SELECT * INTO v FROM sync.server;
    SELECT * INTO c FROM sync.client WHERE id = p_client;
    SELECT * INTO m FROM sync.member WHERE login = c.login;
    SELECT coalesce(jsonb_agg(jsonb_build_array(r.batch, r.hash, r.answer) ORDER BY r.batch), '[]') INTO receipts
    FROM sync.receipt r WHERE r.client = c.no;
    PERFORM sync.act_for(c.login, p ->> 'part');
    SELECT coalesce(jsonb_agg(jsonb_build_array(f.seq, f.ent, f.id, f.del, f.writer, f.at, f.data)), '[]') INTO refused
    FROM sync.fetch(ARRAY(
        SELECT x ->> 1 FROM jsonb_array_elements(receipts) AS r CROSS JOIN jsonb_array_elements(r -> 2 -> 'rejected') AS x
        UNION SELECT jsonb_array_elements_text(p -> 'refused'))) AS f;
    PERFORM sync.act_for('', before);
    RETURN sync.sealed((SELECT secret FROM sync.key WHERE client = p_client),
        concat_ws(' ', 'FreeCRM in', p_server, p_client, p_file, 'end'),
        jsonb_build_object('to', p_reached, 'name', v.name, 'version', v.version, 'min_version', v.min_version,
            'client', c.no, 'last_batch', c.last_batch, 'person', sync.hexed(m.person), 'admin', m.admin,
            'rights', m.version, 'part', p -> 'part', 'receipts', receipts, 'refused', refused,
            'computers', (SELECT jsonb_agg(jsonb_build_array(o.no, sync.hexed(o.person), o.device)) FROM sync.client o))::text);
END $$;

-- The answers to batches that went by a file and whose answer never came, for a computer that is connected again.
CREATE FUNCTION sync.receipts(p_client uuid) RETURNS TABLE (batch bigint, hash text, answer jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT r.batch, r.hash, r.answer FROM sync.receipt r JOIN sync.client c ON c.no = r.client
    JOIN sync.member m USING (login)
    WHERE c.id = p_client AND c.login = session_user AND NOT m.disabled ORDER BY r.batch
$$;
