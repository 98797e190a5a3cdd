-- Before everything is made anew in a database that has it already: the functions and rules of an older program. The
-- tables and what stands in them stay.
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT polname AS name, polrelid::regclass AS place FROM pg_policy
        JOIN pg_class ON pg_class.oid = polrelid
        WHERE relnamespace = 'sync'::regnamespace AND polname IN ('reader', 'writer', 'part') LOOP
        EXECUTE format('DROP POLICY %I ON %s', f.name, f.place);
    END LOOP;
    FOR f IN SELECT oid::regprocedure AS signature FROM pg_proc WHERE pronamespace = 'sync'::regnamespace LOOP
        EXECUTE format('DROP FUNCTION %s', f.signature);
    END LOOP;
END $$;
