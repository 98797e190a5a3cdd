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

-- The beginnings of provinces and cities of a region, as LIKE takes them; empty where the part is none.
CREATE FUNCTION sync.my_part_places() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT array_agg(regexp_replace(lower(w), '([\\%_])', '\\\1', 'g') || '%')
    FROM jsonb_array_elements_text(sync.my_part() -> 'words') AS w WHERE sync.my_part() ->> 'kind' = 'region'
$$;

-- The kinds of records that have owners, their own or those of what they are tied to.
CREATE FUNCTION sync.owned_kinds() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce(array_agg(e.ent), '{}') FROM sync.ent e WHERE e.owner <> '' OR e.via <> '' $$;

-- Whether a record lies in one of these places, by its own fields or its addresses; empty where it names none.
CREATE FUNCTION sync.placed(p_places text[], p_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    RETURN (
        SELECT bool_or(coalesce(lower(x.province) LIKE ANY (p_places), false) OR coalesce(lower(x.city) LIKE ANY (p_places), false))
        FROM (
            SELECT k.data ->> 'province' AS province, k.data ->> 'city' AS city FROM sync.rec k
            WHERE k.root = p_id AND k.root <> k.id AND NOT k.del
            UNION ALL
            SELECT k.data ->> 'province', k.data ->> 'city' FROM sync.rec k WHERE k.id = p_id AND NOT k.del
        ) AS x
        WHERE coalesce(x.province, '') || coalesce(x.city, '') <> '');
END $$;

-- The same of a record that says where it lies, or is tied to others that do: a deal lies where its customer does. What
-- nobody owns and nobody knows the place of belongs to all.
CREATE FUNCTION sync.in_region(p_places text[], p_root uuid, p_own uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    here boolean := sync.placed(p_places, p_root);
    there boolean;
BEGIN
    IF here THEN
        RETURN true;
    END IF;
    SELECT bool_or(sync.placed(p_places, x.target)) INTO there
    FROM (
        SELECT t.target FROM sync.tie t JOIN sync.rec k ON k.id = t.id WHERE t.id = p_root AND NOT k.del
        UNION
        SELECT t.target FROM sync.rec k JOIN sync.tie t ON t.id = k.id
        WHERE k.root = p_root AND k.root <> k.id AND NOT k.del
    ) AS x;
    RETURN coalesce(here OR there, here, there, p_own = '{}');
END $$;

-- Whether a record of the part names this one.
CREATE FUNCTION sync.named(p_places text[], p_people uuid[], p_kinds text[], p_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM sync.tie t JOIN sync.rec k ON k.id = t.id AND NOT k.del
        WHERE t.target = p_id AND (k.own && p_people OR k.rent <> ALL (p_kinds)
            OR CASE WHEN p_places IS NULL THEN k.own = '{}' ELSE sync.in_region(p_places, k.root, k.own) END));
END $$;

-- The parts in (SELECT …) run once a query, not once a row.
CREATE POLICY part ON sync.rec AS RESTRICTIVE FOR SELECT TO fc_reader USING (
    (SELECT sync.my_part()) IS NULL
    OR del  -- says nothing but that it is gone
    OR own && (SELECT sync.my_part_people())
    OR rent <> ALL ((SELECT sync.owned_kinds())::text[])
    OR CASE WHEN (SELECT sync.my_part_places()) IS NULL THEN own = '{}'
        ELSE sync.in_region((SELECT sync.my_part_places()), root, own) END
    OR (id = root AND sync.named(
        (SELECT sync.my_part_places()), (SELECT sync.my_part_people()), (SELECT sync.owned_kinds()), id))
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
