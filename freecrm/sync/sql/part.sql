-- A computer may hold a part of what its person may see: their own records, those of their team, or those of a region.
-- It says so at the beginning of a connection (freecrm.part: {"kind": "own" | "team" | "region", "words": […]}). That is
-- taken at its word, for it can only narrow: the rule below stands beside the one of the rights, and both must hold.
--
-- What no kind of owner has (products, stages, notices) always comes. A record outside of the part comes alone, without its
-- rows, where one inside names it, so that no list shows a gap.

CREATE FUNCTION sync.my_part() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT nullif(current_setting('freecrm.part', true), '')::jsonb $$;

CREATE FUNCTION sync.my_part_people() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT CASE WHEN sync.my_part() ->> 'kind' = 'team' THEN sync.my_team() ELSE sync.my_self() END $$;

-- Whether a record lies in one of these provinces or cities, by its own fields or its addresses; empty where it names none.
CREATE FUNCTION sync.placed(p_id uuid, p_words text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    RETURN (
        SELECT bool_or(EXISTS (
            SELECT FROM unnest(p_words) AS word
            WHERE starts_with(lower(k.data ->> 'province'), word) OR starts_with(lower(k.data ->> 'city'), word)))
        FROM sync.rec k
        WHERE (k.id = p_id OR (k.root = p_id AND k.root <> k.id)) AND NOT k.del
            AND coalesce(k.data ->> 'province', '') || coalesce(k.data ->> 'city', '') <> '');
END $$;

CREATE FUNCTION sync.in_part(p_part jsonb, p_people uuid[], p_rent text, p_root uuid, p_own uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    words text[];
    here boolean;
    there boolean;
BEGIN
    IF p_own && p_people
        OR NOT EXISTS (SELECT FROM sync.ent e WHERE e.ent = p_rent AND (e.owner <> '' OR e.via <> ''))
    THEN
        RETURN true;
    ELSIF p_part ->> 'kind' <> 'region' THEN
        RETURN p_own = '{}';
    END IF;
    words := ARRAY(SELECT lower(w) FROM jsonb_array_elements_text(p_part -> 'words') AS w);
    here := sync.placed(p_root, words);
    IF here THEN
        RETURN true;
    END IF;
    -- a deal lies where its customer does
    SELECT bool_or(sync.placed(t.target, words)) INTO there FROM sync.rec k JOIN sync.tie t ON t.id = k.id
    WHERE (k.id = p_root OR (k.root = p_root AND k.root <> k.id)) AND NOT k.del;
    RETURN coalesce(here OR there, here, there, p_own = '{}');
END $$;

-- Whether a record of the part names this one.
CREATE FUNCTION sync.named(p_part jsonb, p_people uuid[], p_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM sync.tie t JOIN sync.rec k ON k.id = t.id AND NOT k.del
        WHERE t.target = p_id AND sync.in_part(p_part, p_people, k.rent, k.root, k.own));
END $$;

CREATE POLICY part ON sync.rec AS RESTRICTIVE FOR SELECT TO fc_reader USING (
    (SELECT sync.my_part()) IS NULL
    OR del  -- says nothing but that it is gone
    OR own && (SELECT sync.my_part_people())
    OR sync.in_part((SELECT sync.my_part()), (SELECT sync.my_part_people()), rent, root, own)
    OR (id = root AND sync.named((SELECT sync.my_part()), (SELECT sync.my_part_people()), id))
);

-- The records that may have come into the part or left it because of others that were written after `p_cursor`: those
-- which these name or named, and what lies where a customer lies that moved. The computer looks them up one by one.
CREATE FUNCTION sync.near(p_cursor bigint, p_upto bigint) RETURNS TABLE (ent text, id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    WITH came AS (
        SELECT k.* FROM sync.rec k WHERE k.seq > p_cursor AND k.seq <= p_upto AND (SELECT sync.my_part()) IS NOT NULL
    ), moved AS (
        SELECT DISTINCT p.id FROM came k JOIN sync.rec p ON p.id = k.root AND p.cseq <= p_cursor
        WHERE (SELECT sync.my_part()) ->> 'kind' = 'region' AND (k.data ? 'province' OR k.data ? 'city')
    ), family AS (
        SELECT id FROM moved
        UNION SELECT k.root FROM moved m JOIN sync.tie t ON t.target = m.id JOIN sync.rec k ON k.id = t.id
    ), found AS (
        SELECT t.target AS id FROM came k JOIN sync.tie t ON t.id = k.id
        UNION SELECT (l.prev ->> f)::uuid FROM sync.log l JOIN sync.ent e USING (ent) CROSS JOIN LATERAL unnest(e.links) AS f
            WHERE l.seq > p_cursor AND l.seq <= p_upto AND l.prev ->> f ~ '^[0-9A-Fa-f]{32}$'
        UNION SELECT id FROM family
        UNION SELECT k.id FROM family m JOIN sync.rec k ON k.root = m.id AND k.root <> k.id
        UNION SELECT t.target FROM family m JOIN sync.tie t ON t.id = m.id
    )
    SELECT r.ent, sync.hexed(r.id) FROM found JOIN sync.rec r USING (id), sync.member m
    WHERE m.login = (SELECT sync.who()) AND NOT m.disabled AND (SELECT sync.my_part()) IS NOT NULL
        AND NOT r.del AND sync.reaches(m.reach, m.team || m.person, ARRAY[m.person], 'see', r.rent, r.own)
$$;

-- What this computer is to hold of a stretch of the history, by number.
CREATE FUNCTION sync.listing(p_cursor bigint, p_upto bigint) RETURNS TABLE (seq bigint, ent text, id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT r.seq, r.ent, sync.hexed(r.id) FROM sync.rec r WHERE r.seq > p_cursor AND r.seq <= p_upto AND NOT r.del
$$;

-- Those of these records that came here from computers of who asks: they may be taken off there.
CREATE FUNCTION sync.came_from_me(p_ids text[]) RETURNS TABLE (id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT sync.hexed(r.id) FROM sync.rec r JOIN sync.client c ON c.no = r.ccl
    WHERE r.id = ANY (p_ids::uuid[]) AND c.login = (SELECT sync.who())
        AND EXISTS (SELECT FROM sync.member m WHERE m.login = c.login AND NOT m.disabled)
$$;
