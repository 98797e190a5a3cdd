-- Changes of one computer come in. One call is one transaction, whose outcome is kept with the computer: the same
-- batch sent twice has the same answer and no second effect.

-- Whose a record that stands alone is. Contacts and their like are seen with the records they are tied to.
CREATE FUNCTION sync.owners(p_ent text, p_id uuid, p_data jsonb) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    e sync.ent;
BEGIN
    SELECT * INTO e FROM sync.ent WHERE ent = p_ent;
    IF e.owner <> '' THEN
        RETURN CASE WHEN p_data ->> e.owner <> '' THEN ARRAY[(p_data ->> e.owner)::uuid] ELSE '{}' END;
    ELSIF e.via <> '' THEN
        RETURN coalesce((
            SELECT array_agg(DISTINCT o ORDER BY o)
            FROM sync.rec t
            JOIN sync.rec m ON m.id = (nullif(t.data ->> e.link, ''))::uuid AND NOT m.del
            CROSS JOIN LATERAL unnest(m.own) AS o
            WHERE t.root = p_id AND t.id <> t.root AND t.ent = e.via AND NOT t.del
        ), '{}');
    END IF;
    RETURN '{}';
END $$;

-- Gives a record and its rows to these owners; each gets a number of its own, so that everybody hears of it.
CREATE FUNCTION sync.hand_over(p_id uuid, p_own uuid[], p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    r record;
    s bigint := p_seq;
BEGIN
    FOR r IN SELECT id, ent, rent, own FROM sync.rec WHERE root = p_id AND own IS DISTINCT FROM p_own LOOP
        s := s + 1;
        INSERT INTO sync.gone (seq, ent, id, rent, own) VALUES (s, r.ent, r.id, r.rent, r.own);
        UPDATE sync.rec SET own = p_own, seq = s WHERE id = r.id;
    END LOOP;
    RETURN s;
END $$;

-- Brings a deleted record back with the rows that went with it, and marks it so (see `change`).
CREATE FUNCTION sync.revive(p_id uuid, p_client integer, p_stamp bigint, p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    r record;
    s bigint := p_seq;
    went bigint;
BEGIN
    SELECT pushed INTO went FROM sync.rec WHERE id = p_id AND del;
    IF NOT FOUND THEN
        RETURN s;
    END IF;
    FOR r IN SELECT id FROM sync.rec WHERE root = p_id AND del AND pushed IN (went, -1) ORDER BY seq LOOP
        s := s + 1;
        UPDATE sync.rec
        SET del = false, seq = s, fm = fm || jsonb_build_object('', jsonb_build_array(s, p_stamp, p_client))
        WHERE id = r.id;
    END LOOP;
    RETURN s;
END $$;

-- A row of a record that somebody deleted is worked on: the record comes back, and everybody hears why.
CREATE FUNCTION sync.called_back(p_root uuid, c sync.client, p_stamp bigint, p_seq bigint, p_pushed bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    r sync.rec;
    k record;
    theirs sync.client;
    s bigint := p_seq;
BEGIN
    SELECT * INTO r FROM sync.rec WHERE id = p_root AND del;
    IF NOT FOUND THEN
        RETURN p_seq;
    ELSIF r.data = '{}' OR r.data ? 'purged' THEN  -- nothing of it is left to bring back
        FOR k IN SELECT id FROM sync.rec WHERE root = p_root AND NOT del ORDER BY seq LOOP
            s := s + 1;
            UPDATE sync.rec SET del = true, seq = s, data = CASE WHEN r.data ? 'purged' THEN r.data ELSE data END
            WHERE id = k.id;
        END LOOP;
        IF r.data ? 'purged' THEN
            DELETE FROM sync.log WHERE root = p_root;
        END IF;
        RETURN s;
    END IF;
    SELECT * INTO theirs FROM sync.client WHERE no = r.writer;
    PERFORM sync.differ(r, '', NULL,
        jsonb_build_array('changed', sync.hexed(c.person), p_stamp, c.device),
        jsonb_build_array('deleted', sync.hexed(theirs.person), r.at, theirs.device), c.no, p_stamp, p_seq + 1, p_pushed);
    RETURN sync.revive(r.id, c.no, p_stamp, p_seq + 1);
END $$;

-- Notes that two people changed the same thing apart. It is a record like any other, with the rights of the one it is
-- about. p_kept, p_other: [value, person, stamp, device].
CREATE FUNCTION sync.differ(
    p_rec sync.rec, p_field text, p_base jsonb, p_kept jsonb, p_other jsonb, p_client integer, p_stamp bigint,
    p_seq bigint, p_pushed bigint
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$
    INSERT INTO sync.rec (id, ent, seq, cseq, cat, ccl, rent, root, own, writer, at, pushed, data)
    VALUES (
        gen_random_uuid(), 'conflict', p_seq, p_seq, p_stamp, p_client, p_rec.rent, p_rec.root, p_rec.own, p_client,
        p_stamp, p_pushed,
        jsonb_strip_nulls(jsonb_build_object(
            'parent', sync.hexed(p_rec.root), 'parent_entity', p_rec.rent,
            'of_entity', CASE WHEN p_rec.root <> p_rec.id THEN p_rec.ent END,
            'of_row', CASE WHEN p_rec.root <> p_rec.id THEN sync.hexed(p_rec.id) END,
            'field', p_field, 'base', p_base::text,
            'kept', (p_kept -> 0)::text, 'kept_by', p_kept ->> 1, 'kept_at', (p_kept ->> 2)::bigint,
            'kept_at_zone', 'UTC', 'kept_device', p_kept ->> 3,
            'other', (p_other -> 0)::text, 'other_by', p_other ->> 1, 'other_at', (p_other ->> 2)::bigint,
            'other_at_zone', 'UTC', 'other_device', p_other ->> 3
        ))
    )
$$;

-- One item of a batch about a record that is there already; the last number used.
CREATE FUNCTION sync.change(
    m sync.member, c sync.client, r sync.rec, p_base bigint, p_stamp bigint, p_op text, p_fields jsonb, p_was jsonb,
    p_seq bigint, p_pushed bigint, p_next bigint
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    s bigint := p_next;
    f record;
    theirs sync.client;
    wins boolean;
    open boolean;
    seen boolean;
    known boolean;
    later boolean;
    -- what is offered again after the server lost it has its old number for a time: it is never news
    offered boolean := p_stamp < 100000000000;
    -- two computers made the same apart, under one id. What they made by themselves (store/elements.py, foreseen) is as it
    -- came first, but for what somebody changed in it since. Of all else people chose what it holds, and that it is there.
    apart boolean := p_op = 'n' AND NOT r.del AND NOT offered AND r.ccl <> c.no AND r.cseq > p_base;
    twin boolean := apart AND r.ent IN (
        'sales_order', 'sales_order_line', 'activity', 'points_entry', 'pool_move', 'frozen');
    again boolean := apart AND NOT twin AND r.ent <> 'setting';
    patch jsonb := '{}';
    prev jsonb := '{}';
    -- the mark "" of a record is of its coming back, or of its being made once more: who deletes without having seen that
    -- is asked. The mark "*" is of when it was last there in the history that the server lost: what was deleted before that
    -- in it was brought back.
    marks jsonb := CASE WHEN again THEN jsonb_build_object('', jsonb_build_array(p_seq, p_stamp, c.no)) ELSE '{}' END;
    own_new uuid[];
    e sync.ent;
BEGIN
    IF p_op = 'd' THEN
        IF r.del OR (offered AND r.ent = 'conflict' AND EXISTS (SELECT FROM sync.rec WHERE id = r.root AND NOT del)) THEN
            RETURN s;  -- a difference only goes with its record
        END IF;
        -- Who deletes has deleted all rows that he knew of first: a row that is still there is somebody's newer word. So is
        -- a difference that is open and was not seen: what somebody changed may have lost against the deleter's own word.
        open := r.ent <> 'conflict' AND (
            (r.cseq > p_base AND r.ccl <> c.no
                -- what was only offered since was there before, for whoever had it
                AND CASE WHEN offered THEN r.cat > p_stamp ELSE r.cat >= 100000000000 OR p_base = 0 END)
            OR EXISTS (
                SELECT FROM jsonb_each(r.fm) AS x(name, mark)
                WHERE (mark ->> 0)::bigint > p_base AND (mark ->> 2)::int <> c.no
                    AND CASE WHEN offered THEN (mark ->> 1)::bigint > p_stamp ELSE name <> '*' END
            )
            OR EXISTS (
                SELECT FROM sync.rec k WHERE k.root = r.root AND k.ent = 'conflict' AND NOT k.del AND k.pushed >= p_base
                    AND nullif(k.data ->> 'ended', '') IS NULL AND (NOT offered OR k.at > p_stamp)
                    AND (r.id = r.root OR k.data ->> 'of_row' = sync.hexed(r.id)))
            OR (r.id = r.root AND EXISTS (
                SELECT FROM sync.rec k WHERE k.root = r.id AND k.id <> r.id AND NOT k.del AND k.ent <> 'conflict'
                    AND (NOT offered OR k.at > p_stamp))));
        IF NOT open THEN
            UPDATE sync.rec SET del = true, seq = p_seq, writer = c.no, at = p_stamp, pushed = p_pushed WHERE id = r.id;
            FOR f IN SELECT id FROM sync.rec WHERE root = r.id AND id <> r.id AND NOT del ORDER BY seq LOOP
                s := s + 1;  -- differences, and rows that were offered again before their record
                UPDATE sync.rec SET del = true, seq = s, writer = c.no, at = p_stamp, pushed = p_pushed WHERE id = f.id;
            END LOOP;
            INSERT INTO sync.log (seq, stamp, client, ent, id, root, op, prev)
            VALUES (p_seq, p_stamp, c.no, r.ent, r.id, r.root, 'd', r.data);
            RETURN s;
        END IF;
        IF r.id = r.root THEN  -- the rows that went before it in this batch come back
            FOR f IN SELECT id FROM sync.rec WHERE root = r.id AND del AND pushed = p_pushed ORDER BY seq LOOP
                s := s + 1;
                UPDATE sync.rec SET del = false, seq = s WHERE id = f.id;
            END LOOP;
        END IF;
        IF offered THEN
            RETURN s;
        END IF;
        -- The change wins over the deletion; what the deleter had typed before is still worth something.
        SELECT * INTO theirs FROM sync.client WHERE no = r.writer;
        s := s + 1;
        PERFORM sync.differ(r, '', NULL,
            jsonb_build_array('changed', sync.hexed(theirs.person), r.at, theirs.device),
            jsonb_build_array('deleted', sync.hexed(c.person), p_stamp, c.device), c.no, p_stamp, s, p_pushed);
    END IF;

    IF r.del AND r.data = '{}' THEN  -- only its deletion is known here
        IF p_op NOT IN ('n', 'r') THEN
            RETURN s;
        END IF;
        known := r.cseq > 0;
        UPDATE sync.rec k SET data = p_fields, root = coalesce(p.root, k.root), rent = coalesce(p.rent, k.rent),
            own = coalesce(p.own, k.own), cseq = k.seq
        FROM (SELECT r.id AS id) AS x LEFT JOIN sync.rec p ON p.id = (nullif(p_fields ->> 'parent', ''))::uuid
        WHERE k.id = x.id;
        SELECT * INTO r FROM sync.rec WHERE id = r.id;
        -- Who deleted it had it from here, so this is its creation told once more; else somebody made it as well, apart.
        IF p_stamp < r.at AND p_base < r.seq AND (p_op = 'r' OR known) THEN
            IF p_op = 'n' THEN
                UPDATE sync.rec SET seq = p_seq WHERE id = r.id;  -- its author may have passed over the deletion
            END IF;
            RETURN s;
        END IF;
    END IF;
    seen := r.del AND p_op <> 'd' AND (p_base >= r.seq OR r.writer = c.no OR (p_op = 'r' AND p_stamp > r.at));
    FOR f IN SELECT key AS name, value FROM jsonb_each(p_fields) LOOP
        IF (r.data -> f.name) IS NOT DISTINCT FROM f.value OR (NOT r.data ? f.name AND f.value = 'null') THEN
            IF NOT offered AND coalesce((r.fm -> f.name ->> 1)::bigint, r.cat) < 100000000000 THEN
                -- somebody had offered this value again: now its time is known
                marks := marks || jsonb_build_object(f.name, jsonb_build_array(p_seq, p_stamp, c.no));
            END IF;
            CONTINUE;
        END IF;
        CONTINUE WHEN twin AND NOT p_was ? f.name;
        open := false;
        IF r.fm ? f.name THEN
            open := (r.fm -> f.name ->> 0)::bigint > p_base AND (r.fm -> f.name ->> 2)::int <> c.no;
            wins := (p_stamp, c.no) > ((r.fm -> f.name ->> 1)::bigint, (r.fm -> f.name ->> 2)::int);
        ELSE
            open := r.cseq > p_base AND r.ccl <> c.no;
            wins := (p_stamp, c.no) > (r.cat, r.ccl);
        END IF;
        IF seen THEN
            open := false;
        END IF;
        IF open AND p_op <> 'r' AND r.ent NOT IN ('conflict', 'setting') THEN
            SELECT * INTO theirs FROM sync.client WHERE no = coalesce((r.fm -> f.name ->> 2)::int, r.ccl);
            s := s + 1;
            IF wins THEN
                PERFORM sync.differ(r, f.name, p_was -> f.name,
                    jsonb_build_array(f.value, sync.hexed(c.person), p_stamp, c.device),
                    jsonb_build_array(r.data -> f.name, sync.hexed(theirs.person),
                        coalesce((r.fm -> f.name ->> 1)::bigint, r.cat), theirs.device),
                    c.no, p_stamp, s, p_pushed);
            ELSE
                PERFORM sync.differ(r, f.name, p_was -> f.name,
                    jsonb_build_array(r.data -> f.name, sync.hexed(theirs.person),
                        coalesce((r.fm -> f.name ->> 1)::bigint, r.cat), theirs.device),
                    jsonb_build_array(f.value, sync.hexed(c.person), p_stamp, c.device),
                    c.no, p_stamp, s, p_pushed);
            END IF;
        END IF;
        IF NOT open OR wins THEN
            patch := patch || jsonb_build_object(f.name, f.value);
            prev := prev || jsonb_build_object(f.name, r.data -> f.name);
            marks := marks || jsonb_build_object(f.name, jsonb_build_array(p_seq, p_stamp, c.no));
        END IF;
    END LOOP;

    IF r.del AND p_op <> 'd' AND (p_op <> 'r' OR seen) THEN
        IF r.id <> r.root AND EXISTS (SELECT FROM sync.rec WHERE id = r.root AND del) THEN
            IF p_op <> 'r' THEN
                s := sync.called_back(r.root, c, p_stamp, s, p_pushed);
            END IF;
        ELSIF NOT seen THEN
            SELECT * INTO theirs FROM sync.client WHERE no = r.writer;
            s := s + 1;
            PERFORM sync.differ(r, '', NULL,
                jsonb_build_array('changed', sync.hexed(c.person), p_stamp, c.device),
                jsonb_build_array('deleted', sync.hexed(theirs.person), r.at, theirs.device),
                c.no, p_stamp, s, p_pushed);
        END IF;
        IF r.id = r.root AND NOT seen THEN
            s := sync.revive(r.id, c.no, p_stamp, s);
        ELSIF r.id = r.root THEN
            -- what went by rule with it: whoever takes the deletion back may never have known of it
            FOR f IN SELECT id FROM sync.rec
                WHERE root = r.id AND del AND (pushed = -1 OR (pushed = r.pushed AND seq > r.seq)) ORDER BY seq LOOP
                s := s + 1;
                UPDATE sync.rec SET del = false, seq = s, pushed = p_pushed WHERE id = f.id;
            END LOOP;
        END IF;
        r.del := false;
        marks := marks || jsonb_build_object('', jsonb_build_array(p_seq, p_stamp, c.no));
    END IF;

    IF offered AND NOT r.del AND p_stamp > coalesce((r.fm -> '*' ->> 1)::bigint, 0) THEN
        marks := marks || jsonb_build_object('*', jsonb_build_array(p_seq, p_stamp, c.no));
    END IF;
    -- What is offered leaves a real change of another field the last word. One whose value was offered before it came is it,
    -- too.
    later := CASE WHEN offered THEN patch <> '{}' AND p_stamp > r.at ELSE marks <> '{}' END;
    IF r.del THEN
        -- Offered again and still deleted: by whom, when and what went with it stays known, and its number, by which the
        -- next to offer it is known to have seen that it was deleted. Who offered this comes by that number yet.
        UPDATE sync.rec SET data = r.data || patch, fm = r.fm || marks WHERE id = r.id;
    ELSE
        UPDATE sync.rec
        SET data = r.data || patch, fm = r.fm || marks, seq = p_seq, del = false,
            writer = CASE WHEN later THEN c.no ELSE r.writer END, at = CASE WHEN later THEN p_stamp ELSE r.at END,
            pushed = p_pushed
        WHERE id = r.id;
    END IF;
    IF patch <> '{}' THEN
        INSERT INTO sync.log (seq, stamp, client, ent, id, root, op, patch, prev)
        VALUES (p_seq, p_stamp, c.no, r.ent, r.id, r.root, 'u', patch, prev);
    END IF;

    IF r.id = r.root THEN
        SELECT * INTO e FROM sync.ent WHERE ent = r.ent;
        IF e.owner <> '' AND patch ? e.owner THEN
            s := sync.hand_over(r.id, sync.owners(r.ent, r.id, r.data || patch), s);
            s := sync.follow(r.id, s);
        END IF;
    ELSIF patch ? 'parent' THEN
        s := sync.move_row(r.id, r.data || patch, s);
        IF NOT r.del THEN
            s := sync.called_back((SELECT root FROM sync.rec WHERE id = r.id), c, p_stamp, s, p_pushed);
        END IF;
    END IF;
    RETURN s;
END $$;

-- After a record changed hands: the records that are seen with it.
CREATE FUNCTION sync.follow(p_id uuid, p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    r record;
    s bigint := p_seq;
BEGIN
    FOR r IN
        SELECT DISTINCT k.id, k.ent, k.data FROM sync.ent e
        JOIN sync.rec t ON t.ent = e.via AND t.data ->> e.link = sync.hexed(p_id) AND NOT t.del
        JOIN sync.rec k ON k.id = t.root AND k.ent = e.ent AND k.id = k.root
        WHERE e.via <> ''
    LOOP
        s := sync.hand_over(r.id, sync.owners(r.ent, r.id, r.data), s);
    END LOOP;
    RETURN s;
END $$;

-- A row got another record to belong to (two customers were made one).
CREATE FUNCTION sync.move_row(p_id uuid, p_data jsonb, p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    p sync.rec;
    r sync.rec;
    s bigint := p_seq;
BEGIN
    SELECT * INTO p FROM sync.rec WHERE id = (p_data ->> 'parent')::uuid;
    IF FOUND THEN
        SELECT * INTO r FROM sync.rec WHERE id = p_id;
        UPDATE sync.rec SET root = p.root, rent = p.rent WHERE id = p_id;
        IF r.own IS DISTINCT FROM p.own THEN
            s := s + 1;
            INSERT INTO sync.gone (seq, ent, id, rent, own) VALUES (s, r.ent, r.id, r.rent, r.own);
            UPDATE sync.rec SET own = p.own, seq = s WHERE id = p_id;
        END IF;
    END IF;
    RETURN s;
END $$;

-- The fields that somebody may not write: hidden ones, those fixed for him once a record is there, and of people what
-- says how far they reach.
CREATE FUNCTION sync.closed(m sync.member, p_ent text, p_there boolean) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT coalesce(ARRAY(SELECT jsonb_array_elements_text(m.hide -> p_ent)), '{}')
        || CASE WHEN p_there THEN coalesce(ARRAY(SELECT jsonb_array_elements_text(m.fixed -> p_ent)), '{}') ELSE '{}' END
        || CASE WHEN p_ent = 'user' AND NOT m.admin THEN ARRAY['role', 'team'] ELSE '{}' END
$$;

-- Whether somebody who is named in a tree, or as standing above a row's owner, ends up above themselves. Two questions,
-- for each has an index of its own.
CREATE FUNCTION sync.looped(p_ent text, p_field text, p_id uuid, p_among text, p_place text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    IF p_among = '' THEN
        RETURN EXISTS (
            WITH RECURSIVE up(id) AS (
                SELECT (nullif(r.data ->> p_field, ''))::uuid FROM sync.rec r WHERE r.id = p_id AND r.ent = p_ent AND NOT r.del
                UNION
                SELECT above.id FROM up CROSS JOIN LATERAL (
                    SELECT (nullif(r.data ->> p_field, ''))::uuid AS id FROM sync.rec r
                    WHERE r.id = up.id AND r.ent = p_ent AND NOT r.del LIMIT 1) AS above
            )
            SELECT FROM up WHERE id = p_id);
    END IF;
    RETURN EXISTS (
        WITH RECURSIVE up(id) AS (
            SELECT (nullif(r.data ->> p_field, ''))::uuid FROM sync.rec r
            WHERE r.root = p_id AND r.root <> r.id AND r.ent = p_ent AND NOT r.del AND r.data ->> p_among = p_place
            UNION
            SELECT above.id FROM up CROSS JOIN LATERAL (
                SELECT (nullif(r.data ->> p_field, ''))::uuid AS id FROM sync.rec r
                WHERE r.root = up.id AND r.root <> r.id AND r.ent = p_ent AND NOT r.del AND r.data ->> p_among = p_place
                OFFSET 0) AS above
        )
        SELECT FROM up WHERE id = p_id);
END $$;

-- Moves that were right each for itself and make a ring together: the one that came last is set back, and all are told.
CREATE FUNCTION sync.break_rings(c sync.client, p_start bigint, p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    it record;
    r sync.rec;
    s bigint := p_seq;
    before jsonb;
    refused jsonb;
    theirs sync.client;
    who uuid;
    place text;
BEGIN
    FOR it IN
        WITH named AS MATERIALIZED (
            SELECT ent, unnest(trees) AS field, '' AS among FROM sync.ent
            UNION ALL SELECT ent, key, value FROM sync.ent, jsonb_each_text(above)
        )
        SELECT k.id, x.field, x.among FROM sync.rec k JOIN named x USING (ent)
        WHERE k.seq > p_start AND k.seq <= s AND NOT k.del AND coalesce(k.data ->> x.field, '') <> '' ORDER BY k.seq
    LOOP
        SELECT * INTO r FROM sync.rec WHERE id = it.id;
        who := CASE WHEN it.among = '' THEN r.id ELSE r.root END;
        place := CASE WHEN it.among = '' THEN '' ELSE coalesce(r.data ->> it.among, '') END;
        CONTINUE WHEN NOT sync.looped(r.ent, it.field, who, it.among, place);
        refused := r.data -> it.field;
        SELECT l.prev -> it.field INTO before FROM sync.log l
        WHERE l.root = r.root AND l.id = r.id AND l.seq > p_start AND l.patch ? it.field ORDER BY l.seq DESC LIMIT 1;
        s := s + 1;
        UPDATE sync.rec SET data = data || jsonb_build_object(it.field, coalesce(before, 'null')), seq = s,
            fm = fm || jsonb_build_object(it.field, jsonb_build_array(s, at, c.no))
        WHERE id = r.id;
        IF sync.looped(r.ent, it.field, who, it.among, place) THEN
            before := 'null';
            UPDATE sync.rec SET data = data || jsonb_build_object(it.field, before) WHERE id = r.id;
        END IF;
        SELECT * INTO theirs FROM sync.client WHERE no = r.writer;
        s := s + 1;
        PERFORM sync.differ(r, it.field, before,
            jsonb_build_array(coalesce(before, 'null'), sync.hexed(c.person), r.at, c.device),
            jsonb_build_array(refused, sync.hexed(theirs.person), r.at, theirs.device), c.no, r.at, s, p_start);
    END LOOP;
    RETURN s;
END $$;

-- What names a record that somebody else deleted brings that back.
CREATE FUNCTION sync.hold_ties(m sync.member, c sync.client, p_stamp bigint, p_start bigint, p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    it record;
    s bigint := p_seq;
    before bigint := -1;
BEGIN
    DELETE FROM sync.tie t USING sync.rec k JOIN sync.ent e USING (ent)
    WHERE k.seq > p_start AND k.seq <= s AND t.id = k.id AND e.links <> '{}' AND NOT k.del;
    INSERT INTO sync.tie (id, field, target)
    SELECT k.id, f, (k.data ->> f)::uuid FROM sync.rec k JOIN sync.ent e USING (ent) CROSS JOIN LATERAL unnest(e.links) AS f
    WHERE k.seq > p_start AND k.seq <= s AND NOT k.del AND k.data ->> f ~ '^[0-9A-Fa-f]{32}$';
    WHILE s <> before LOOP  -- what comes back may name others
        before := s;
        FOR it IN SELECT DISTINCT x.root FROM sync.tie t JOIN sync.rec k ON k.id = t.id AND NOT k.del
            JOIN sync.rec x ON x.id = t.target AND x.del AND x.data <> '{}' AND NOT x.data ? 'purged'
            WHERE k.seq > p_start AND k.seq <= s
                AND sync.reaches(m.reach, m.team || m.person, ARRAY[m.person], 'see', x.rent, x.own)
            UNION SELECT DISTINCT x.root FROM sync.rec x JOIN sync.tie t ON t.target = x.id
            JOIN sync.rec k ON k.id = t.id AND NOT k.del
            WHERE x.seq > p_start AND x.seq <= s AND x.del AND x.data <> '{}' AND NOT x.data ? 'purged' LOOP
            s := sync.called_back(it.root, c, p_stamp, s, p_start);
        END LOOP;
    END LOOP;
    RETURN s;
END $$;

-- Two computers gave the same number: both records stay, and a difference of the second one says so. In it both values
-- are the number, and the row is the record that had it first.
CREATE FUNCTION sync.claim_numbers(c sync.client, p_start bigint, p_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    it record;
    k sync.rec;
    first sync.rec;
    theirs sync.client;
    s bigint := p_seq;
BEGIN
    DELETE FROM sync.claim t USING sync.rec r JOIN sync.ent e USING (ent)
    WHERE r.seq > p_start AND r.seq <= s AND t.id = r.id AND e.uniques <> '{}';
    INSERT INTO sync.claim (id, field, ent, value)
    SELECT r.id, f, r.ent, lower(btrim(r.data ->> f)) FROM sync.rec r JOIN sync.ent e USING (ent)
    CROSS JOIN LATERAL unnest(e.uniques) AS f
    WHERE r.seq > p_start AND r.seq <= s AND NOT r.del AND coalesce(r.data ->> f, '') <> '';
    FOR it IN
        SELECT DISTINCT ON (n.id, n.field) n.id, n.field, o.id AS other FROM sync.rec r
        JOIN sync.claim n ON n.id = r.id
        JOIN sync.claim o ON o.ent = n.ent AND o.field = n.field AND o.value = n.value AND o.id <> n.id
        JOIN sync.rec x ON x.id = o.id AND NOT x.del
        WHERE r.seq > p_start AND r.seq <= s AND r.pushed = p_start
            AND coalesce((r.fm -> n.field ->> 0)::bigint, r.cseq) > p_start
            AND (x.seq <= p_start OR x.id < r.id)
        ORDER BY n.id, n.field, o.id
    LOOP
        SELECT * INTO k FROM sync.rec WHERE id = it.id;
        SELECT * INTO first FROM sync.rec WHERE id = it.other;
        SELECT * INTO theirs FROM sync.client WHERE no = first.writer;
        s := s + 1;
        PERFORM sync.differ(k, it.field, NULL,
            jsonb_build_array(k.data -> it.field, sync.hexed(c.person), k.at, c.device),
            jsonb_build_array(first.data -> it.field, sync.hexed(theirs.person), first.at, theirs.device),
            c.no, k.at, s, p_start);
        UPDATE sync.rec
        SET data = data || jsonb_build_object('of_entity', first.ent, 'of_row', sync.hexed(first.id)) WHERE seq = s;
    END LOOP;
    RETURN s;
END $$;

-- p_items: [[entity, id, base, stamp, op, {field: value}, {field: value before}], …], each record once.
-- op: n a new record, u a change, d a deletion, r a record offered again after the server lost it.
CREATE FUNCTION sync.push(p_client uuid, p_batch bigint, p_payload text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    m sync.member;
    c sync.client;
    p_items jsonb;
    p_hash text := md5(convert_to(p_payload, 'UTF8'));
    start bigint;
    s bigint;
    latest bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 60000;
    it record;
    r sync.rec;
    fields jsonb;
    rejected jsonb := '[]';
    untaken jsonb := '[]';
    answer jsonb;
    mark uuid;
    people boolean;
    free boolean;  -- no right of theirs is limited, so none need be looked up record by record
BEGIN
    SELECT * INTO m FROM sync.member WHERE login = sync.who();
    IF NOT FOUND OR m.disabled THEN
        RAISE EXCEPTION 'not a member' USING ERRCODE = 'FC003';
    END IF;
    SELECT * INTO c FROM sync.client WHERE id = p_client AND login = m.login FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown computer' USING ERRCODE = 'FC002';
    END IF;
    IF p_batch = c.last_batch AND p_hash = c.last_hash THEN
        RETURN c.last_answer;
    ELSIF p_batch <> c.last_batch + 1 THEN
        RAISE EXCEPTION 'batch % came after %', p_batch, c.last_batch USING ERRCODE = 'FC001';
    END IF;

    IF octet_length(p_payload) > 33554432 THEN
        RAISE EXCEPTION 'too much at once' USING ERRCODE = 'FC005';
    END IF;
    p_items := p_payload::jsonb;
    IF jsonb_typeof(p_items) IS DISTINCT FROM 'array' OR jsonb_array_length(p_items) > 10000 OR EXISTS (
        SELECT FROM jsonb_array_elements(p_items) AS i
        WHERE jsonb_typeof(i) <> 'array' OR i ->> 0 IS NULL OR i ->> 1 IS NULL OR NOT i ->> 4 IN ('n', 'u', 'd', 'r')
            OR i ->> 4 IS NULL OR (i ->> 2)::bigint IS NULL OR jsonb_typeof(i -> 5) IS DISTINCT FROM 'object')
    THEN
        RAISE EXCEPTION 'this is no batch' USING ERRCODE = 'FC005';
    END IF;
    free := m.reach = '{}';
    people := EXISTS (SELECT FROM jsonb_array_elements(p_items) AS i WHERE i ->> 0 IN ('user', 'role'));
    SELECT seq INTO start FROM sync.head FOR UPDATE;
    s := start + jsonb_array_length(p_items);

    -- What this batch has written is told by its numbers, always between two bounds: with one alone PostgreSQL takes
    -- them for a third of a table that it has no figures of yet, and reads all of it.
    -- New records that stand alone, then the rows of records: most of what comes, so it goes in sets.
    WITH kind AS MATERIALIZED (
        SELECT ent, sync.closed(m, ent, false) AS closed, e.child, coalesce(e.owner, '') AS owner
        FROM (SELECT DISTINCT i ->> 0 AS ent FROM jsonb_array_elements(p_items) AS i) AS named LEFT JOIN sync.ent e USING (ent)
    ), made AS MATERIALIZED (
        SELECT o, ent, (i ->> 1)::uuid AS id, least((i ->> 3)::bigint, latest) AS stamp, (i -> 5) - closed AS data, child,
            CASE WHEN owner <> '' AND NOT owner = ANY (closed) AND coalesce(i -> 5 ->> owner, '') <> ''
                THEN ARRAY[(i -> 5 ->> owner)::uuid] ELSE '{}' END AS own
        FROM jsonb_array_elements(p_items) WITH ORDINALITY AS x(i, o) JOIN kind ON kind.ent = i ->> 0
        WHERE i ->> 4 IN ('n', 'r')
    )
    INSERT INTO sync.rec (id, ent, seq, cseq, cat, ccl, rent, root, own, writer, at, pushed, data)
    SELECT id, ent, start + o, start + o, stamp, c.no, ent, id, own, c.no, stamp, start, data
    FROM made WHERE coalesce(NOT child, NOT data ? 'parent') AND (m.admin OR ent NOT IN ('role', 'setting'))
        AND (free OR sync.reaches(m.reach, m.team || m.person, ARRAY[m.person], 'create', ent, sync.meant(ent, own, data)))
    ON CONFLICT (id) DO NOTHING;

    WITH kind AS MATERIALIZED (
        SELECT ent, sync.closed(m, ent, false) AS closed
        FROM (SELECT DISTINCT i ->> 0 AS ent FROM jsonb_array_elements(p_items) AS i) AS named LEFT JOIN sync.ent e USING (ent)
        WHERE coalesce(e.child, ent NOT IN ('user', 'role', 'setting'))
    ), made AS MATERIALIZED (
        SELECT o, ent, (i ->> 1)::uuid AS id, least((i ->> 3)::bigint, latest) AS stamp, (i -> 5) - closed AS data
        FROM jsonb_array_elements(p_items) WITH ORDINALITY AS x(i, o) JOIN kind ON kind.ent = i ->> 0
        WHERE i ->> 4 = 'r' OR i ->> 4 = 'n' AND i ->> 0 <> 'conflict'
    )
    INSERT INTO sync.rec (id, ent, seq, cseq, cat, ccl, rent, root, own, writer, at, pushed, data)
    SELECT k.id, k.ent, start + o, start + o, stamp, c.no, p.rent, p.root, p.own, c.no, stamp, start, k.data
    FROM made k JOIN sync.rec p ON p.id = (nullif(k.data ->> 'parent', ''))::uuid
    WHERE (free OR sync.reaches(m.reach, m.team || m.person, ARRAY[m.person], 'change', p.rent, p.own))
        AND (m.admin OR p.rent NOT IN ('role', 'setting'))
    ON CONFLICT (id) DO NOTHING;

    INSERT INTO sync.log (seq, stamp, client, ent, id, root, op)
    SELECT seq, at, c.no, ent, id, root, 'n' FROM sync.rec WHERE seq > start AND seq <= s;

    -- A row offered again of a record that was deleted after it, in the history that the server lost, is gone as long as
    -- that is; so is a difference. But who deletes now deletes the rows first that he knows of, and tells of each.
    UPDATE sync.rec k SET del = true, pushed = -1 FROM jsonb_array_elements(p_items) AS i, sync.rec p
    WHERE i ->> 4 = 'r' AND k.id = (i ->> 1)::uuid AND k.seq > start AND k.seq <= s AND p.id = k.root AND p.id <> k.id AND p.del
        AND (k.ent = 'conflict' OR (p.at < 100000000000 AND k.at <= p.at));

    -- What is there already, one by one in the order in which it was done.
    FOR it IN
        SELECT o, x.i ->> 0 AS ent, (x.i ->> 1)::uuid AS id, (x.i ->> 2)::bigint AS base,
            least((x.i ->> 3)::bigint, latest) AS stamp, x.i ->> 4 AS op, x.i -> 5 AS fields, x.i -> 6 AS was
        FROM jsonb_array_elements(p_items) WITH ORDINALITY AS x(i, o)
        WHERE NOT EXISTS (  -- put in just now
            SELECT FROM sync.rec k WHERE k.seq = start + o AND k.seq > start AND k.seq <= s)
        ORDER BY o
    LOOP
        SELECT * INTO r FROM sync.rec WHERE id = it.id;
        IF NOT FOUND THEN
            IF it.op = 'd' THEN
                -- What was made after the copy to which this server was put back: others may offer it later.
                -- cseq: whether who deleted it had it from here, or only knows of his own.
                INSERT INTO sync.rec (id, ent, seq, cseq, cat, ccl, rent, root, del, writer, at, pushed, data)
                VALUES (it.id, it.ent, start + it.o, it.base, it.stamp, c.no, it.ent, it.id, true, c.no, it.stamp,
                    start, '{}');
            ELSIF it.op <> 'r' THEN
                rejected := rejected || jsonb_build_array(jsonb_build_array(it.ent, sync.hexed(it.id), 'create'));
            END IF;
            CONTINUE;
        ELSIF r.data ? 'purged' THEN
            CONTINUE;
        END IF;
        IF NOT free AND NOT sync.reaches(m.reach, m.team || m.person, ARRAY[m.person],
                CASE WHEN it.op = 'd' AND r.id = r.root THEN 'delete' ELSE 'change' END, r.rent, sync.meant(r.rent, r.own, r.data))
            OR (r.rent IN ('role', 'setting') AND NOT m.admin)
            OR (r.rent = 'user' AND r.root <> m.person AND NOT m.admin)
        THEN
            IF it.op <> 'r' THEN
                rejected := rejected || jsonb_build_array(jsonb_build_array(it.ent, sync.hexed(it.id), 'change'));
            END IF;
            CONTINUE;
        END IF;
        -- A row moves only to a record that may be changed, too.
        IF it.op <> 'd' AND r.id <> r.root AND coalesce(it.fields ->> 'parent', '') <> '' AND EXISTS (
            SELECT FROM sync.rec p WHERE p.id = (it.fields ->> 'parent')::uuid
                AND (NOT sync.reaches(m.reach, m.team || m.person, ARRAY[m.person], 'change', p.rent, p.own)
                    OR (p.rent IN ('user', 'role', 'setting') AND NOT m.admin)))
        THEN
            rejected := rejected || jsonb_build_array(jsonb_build_array(it.ent, sync.hexed(it.id), 'change'));
            CONTINUE;
        END IF;
        fields := coalesce(it.fields, '{}') - sync.closed(m, it.ent, true);
        IF it.op = 'u' AND fields <> it.fields THEN
            -- Typed before the rights were narrowed: its author is told. All of them, or who guesses right would see it.
            untaken := untaken || jsonb_build_array(jsonb_build_array(it.ent, sync.hexed(it.id),
                ARRAY(SELECT key FROM jsonb_each(it.fields) WHERE NOT fields ? key)));
        END IF;
        s := sync.change(m, c, r, it.base, it.stamp, it.op, fields, coalesce(it.was, '{}'), start + it.o, start, s);
    END LOOP;

    -- A row added to a record that somebody deleted brings that record back.
    FOR it IN SELECT DISTINCT p.id FROM sync.rec k JOIN sync.rec p ON p.id = k.root
        WHERE k.pushed = start AND k.seq > start AND k.seq <= s AND k.id <> k.root AND NOT k.del AND p.del LOOP
        s := sync.called_back(it.id, c, latest - 60000, s, start);
    END LOOP;

    s := sync.hold_ties(m, c, latest - 60000, start, s);
    s := sync.break_rings(c, start, s);
    s := sync.claim_numbers(c, start, s);

    -- Contacts are seen with their customers: those whose ties came in this batch, or came back in it.
    FOR it IN SELECT DISTINCT k.id, k.ent, k.data FROM sync.rec t
        JOIN sync.ent e ON e.via = t.ent JOIN sync.rec k ON k.id = t.root AND k.ent = e.ent
        WHERE t.seq > start AND t.seq <= s AND (t.pushed = start OR (t.fm -> '' ->> 0)::bigint > start)
            AND t.ent = ANY (ARRAY(SELECT via FROM sync.ent WHERE via <> '')) LOOP
        s := sync.hand_over(it.id, sync.owners(it.ent, it.id, it.data), s);
    END LOOP;
    IF people THEN
        PERFORM sync.refresh_members();
    END IF;

    UPDATE sync.head SET seq = s;
    INSERT INTO sync.batch (seq, client, batch) VALUES (s, c.no, p_batch) RETURNING token INTO mark;
    answer := jsonb_build_object('head', s, 'token', mark, 'rejected', rejected, 'untaken', untaken);
    UPDATE sync.client SET last_batch = p_batch, last_answer = answer, last_hash = p_hash, seen = now() WHERE no = c.no;
    PERFORM pg_notify('freecrm', s::text);
    RETURN answer;
END $$;

-- Erases records for good, with their rows and all that the server's log knew of them; every desktop that comes does
-- the same. How many there were.
CREATE FUNCTION sync.purge(p_ids uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    it record;
    s bigint;
    n integer := 0;
BEGIN
    SELECT seq INTO s FROM sync.head FOR UPDATE;
    FOR it IN SELECT id FROM sync.rec WHERE root = ANY (p_ids) AND NOT data ? 'purged' ORDER BY seq LOOP
        s := s + 1;
        n := n + 1;
        UPDATE sync.rec SET del = true, data = '{"purged": true}', fm = '{}', seq = s WHERE id = it.id;
        DELETE FROM sync.tie WHERE id = it.id;
        DELETE FROM sync.claim WHERE id = it.id;
    END LOOP;
    DELETE FROM sync.log WHERE root = ANY (p_ids);
    IF n > 0 THEN
        UPDATE sync.head SET seq = s;
        INSERT INTO sync.batch (seq, client, batch) VALUES (s, 0, s);
        PERFORM pg_notify('freecrm', s::text);
    END IF;
    RETURN n;
END $$;
