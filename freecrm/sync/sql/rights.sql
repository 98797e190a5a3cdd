-- Who is asking, and how far they reach. All of these speak of `who`: session_user, so that a function that runs as its
-- owner can't be made to answer for somebody else, or the author of a carried file while that is read (carry.sql).

CREATE FUNCTION sync.who() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT coalesce((SELECT a.login FROM sync.acting a
        WHERE a.pid = pg_backend_pid() AND a.xact = pg_current_xact_id_if_assigned()), session_user::text)
$$;

-- An id as the files write it.
CREATE FUNCTION sync.hexed(p_id uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$ SELECT upper(replace(p_id::text, '-', '')) $$;

CREATE FUNCTION sync.me() RETURNS sync.member
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT m FROM sync.member m WHERE m.login = (SELECT sync.who()) AND NOT m.disabled $$;

CREATE FUNCTION sync.my_reach() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce((SELECT m.reach FROM sync.member m WHERE m.login = (SELECT sync.who()) AND NOT m.disabled),
                      '{"*": {"see": "none"}}'::jsonb) $$;

CREATE FUNCTION sync.my_team() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce((SELECT m.team || m.person FROM sync.member m WHERE m.login = (SELECT sync.who())), '{}'::uuid[]) $$;

CREATE FUNCTION sync.my_self() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce((SELECT ARRAY[m.person] FROM sync.member m WHERE m.login = (SELECT sync.who())), '{}'::uuid[]) $$;

CREATE FUNCTION sync.my_hidden() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce((SELECT m.hide FROM sync.member m WHERE m.login = (SELECT sync.who()) AND NOT m.disabled), '{}') $$;

-- Whether somebody of these rights may do something with a record of this kind and these owners.
CREATE FUNCTION sync.reaches(reach jsonb, team uuid[], self uuid[], action text, rent text, own uuid[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$
    SELECT CASE coalesce(reach -> rent ->> action, reach -> '*' ->> action, 'all')
        WHEN 'all' THEN true
        WHEN 'team' THEN own = '{}' OR own && team
        WHEN 'own' THEN own = '{}' OR own && self
        ELSE false
    END
$$;

-- Whose a record is for whoever wants to write it. A target is seen by all and written by whom it is for; what is for nobody
-- is the firm's, so that only who writes all of them writes it.
CREATE FUNCTION sync.meant(p_ent text, p_own uuid[], p_data jsonb) RETURNS uuid[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$
    SELECT CASE WHEN p_ent <> 'target' THEN p_own
        ELSE ARRAY[coalesce(nullif(p_data ->> 'user', ''), '00000000-0000-0000-0000-000000000000')::uuid] END
$$;

ALTER TABLE sync.rec ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync.rec FORCE ROW LEVEL SECURITY;
ALTER TABLE sync.gone ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync.gone FORCE ROW LEVEL SECURITY;
ALTER TABLE sync.log ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync.log FORCE ROW LEVEL SECURITY;

CREATE POLICY writer ON sync.rec TO fc_writer USING (true) WITH CHECK (true);
CREATE POLICY writer ON sync.gone TO fc_writer USING (true) WITH CHECK (true);
CREATE POLICY writer ON sync.log TO fc_writer USING (true) WITH CHECK (true);

-- The parts in (SELECT …) run once a query, not once a row.
CREATE POLICY reader ON sync.rec FOR SELECT TO fc_reader USING (
    -- a difference in a field that is hidden is hidden, too
    (ent <> 'conflict' OR NOT coalesce(
        (SELECT sync.my_hidden()) -> coalesce(data ->> 'of_entity', data ->> 'parent_entity') ? (data ->> 'field'), false))
    AND CASE coalesce((SELECT sync.my_reach()) -> rent ->> 'see', (SELECT sync.my_reach()) -> '*' ->> 'see', 'all')
        WHEN 'all' THEN true
        WHEN 'team' THEN own = '{}' OR own && (SELECT sync.my_team())
        WHEN 'own' THEN own = '{}' OR own && (SELECT sync.my_self())
        ELSE false
    END
);
CREATE POLICY reader ON sync.gone FOR SELECT TO fc_reader USING (
    CASE coalesce((SELECT sync.my_reach()) -> rent ->> 'see', (SELECT sync.my_reach()) -> '*' ->> 'see', 'all')
        WHEN 'all' THEN true
        WHEN 'team' THEN own = '{}' OR own && (SELECT sync.my_team())
        WHEN 'own' THEN own = '{}' OR own && (SELECT sync.my_self())
        ELSE false
    END
);
CREATE POLICY reader ON sync.log FOR SELECT TO fc_reader USING (
    EXISTS (SELECT FROM sync.rec r WHERE r.id = log.root)
);

-- [[entity, field], …] as text -> {entity: [field, …]}
CREATE FUNCTION sync.by_entity(pairs text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$
    SELECT coalesce(jsonb_object_agg(ent, fields), '{}') FROM (
        SELECT pair ->> 0 AS ent, jsonb_agg(pair ->> 1) AS fields
        FROM jsonb_array_elements(coalesce(nullif(pairs, '')::jsonb, '[]')) AS pair GROUP BY 1
    ) AS grouped
$$;

-- The rights of all members, worked out anew from the records of people and roles.
CREATE FUNCTION sync.refresh_members() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$
    WITH made AS (
        SELECT m.login,
            CASE WHEN r.id IS NULL THEN m.admin ELSE coalesce((r.data ->> 'admin')::int, 0) = 1 END AS admin,
            -- whose role is gone sees what is his until he has another one
            CASE WHEN r.id IS NULL AND nullif(u.data ->> 'role', '') IS NOT NULL
                THEN '{"*": {"see": "own", "create": "none", "change": "none", "delete": "none"}}'::jsonb
                ELSE coalesce(nullif(r.data ->> 'grants', '')::jsonb, '{}') END AS reach,
            sync.by_entity(r.data ->> 'hidden_fields') AS hide,
            sync.by_entity(r.data ->> 'readonly_fields') AS fixed,
            coalesce((
                SELECT array_agg(t.id ORDER BY t.id) FROM sync.rec t
                WHERE t.ent = 'user' AND NOT t.del AND t.data ->> 'team' = u.data ->> 'team'
            ), '{}') AS team
        FROM sync.member m
        LEFT JOIN sync.rec u ON u.id = m.person AND NOT u.del
        LEFT JOIN sync.rec r ON r.id = (nullif(u.data ->> 'role', ''))::uuid AND r.ent = 'role' AND NOT r.del
    )
    UPDATE sync.member m
    SET admin = made.admin, reach = made.reach, hide = made.hide, fixed = made.fixed, team = made.team,
        version = m.version + 1
    FROM made
    WHERE made.login = m.login
        AND (m.admin, m.reach, m.hide, m.fixed, m.team)
            IS DISTINCT FROM (made.admin, made.reach, made.hide, made.fixed, made.team)
$$;
