-- Last: who owns and who may call what. What is not named here may be called by nobody.

REVOKE ALL ON SCHEMA sync FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA sync FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sync FROM PUBLIC;
GRANT USAGE ON SCHEMA sync TO fc_writer, fc_reader, fc_user, fc_keeper;
GRANT CREATE ON SCHEMA sync TO fc_writer, fc_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sync TO fc_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA sync TO fc_reader;
REVOKE ALL ON sync.key, sync.receipt, sync.acting FROM fc_reader;

DO $$
DECLARE
    f record;
    reads text[] := ARRAY['pull', 'pull_gone', 'fetch', 'history', 'digest', 'part', 'going', 'deleted', 'files_wanted',
        'files_there', 'piece_of', 'listing', 'stretch'];
    calls text[] := reads || ARRAY['hello', 'push', 'news', 'common', 'head_mark', 'mark', 'computers', 'reserve', 'claim',
        'reached', 'put_piece', 'near', 'came_from_me', 'give_key', 'receipts', 'carry_open', 'carry_push',
        'carry_pull', 'carry_close'];
    keeps text[] := ARRAY['person_named', 'refresh_members', 'purge'];
    helps text[] := ARRAY['my_reach', 'my_team', 'my_self', 'my_hidden', 'hexed', 'my_part', 'my_part_people',
        'my_part_places', 'owned_kinds', 'in_region', 'named'];
    speaks text[] := ARRAY['pull', 'pull_gone', 'fetch'];  -- for the author of a carried file
BEGIN
    FOR f IN SELECT p.proname AS name, p.oid::regprocedure AS signature FROM pg_proc p
        WHERE p.pronamespace = 'sync'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', f.signature,
            CASE WHEN f.name = ANY (reads) THEN 'fc_reader' ELSE 'fc_writer' END);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        IF f.name = ANY (calls) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO fc_user', f.signature);
        ELSIF f.name = ANY (keeps) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO fc_keeper', f.signature);
        ELSIF f.name = ANY (helps) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO fc_reader', f.signature);
        END IF;
        IF f.name = ANY (speaks) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO fc_writer', f.signature);
        END IF;
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA sync FROM fc_writer, fc_reader;

-- Large objects are a store of their own that anybody could fill.
DO $$
DECLARE
    f record;
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        FOR f IN SELECT oid::regprocedure AS signature FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
            AND proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_open') LOOP
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        END LOOP;
    END IF;
END $$;
