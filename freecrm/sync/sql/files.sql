-- The contents of attached files, in pieces of a mebibyte under their SHA-256. Who may see a record may have its files:
-- nothing is given out by hash alone.

CREATE TABLE IF NOT EXISTS sync.blob (
    hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL DEFAULT 0,
    pieces integer NOT NULL DEFAULT 0,
    whole boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS sync.piece (
    hash text NOT NULL,
    n integer NOT NULL,
    data bytea NOT NULL CHECK (length(data) BETWEEN 0 AND 1048576),
    PRIMARY KEY (hash, n)
);
ALTER TABLE sync.piece ALTER COLUMN data SET STORAGE EXTERNAL;

-- The files that this person sees and that are not here yet, with how many pieces are.
CREATE FUNCTION sync.files_wanted() RETURNS TABLE (id text, hash text, pieces integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT DISTINCT ON (r.data ->> 'hash') sync.hexed(r.id), r.data ->> 'hash', coalesce(b.pieces, 0)
    FROM sync.rec r LEFT JOIN sync.blob b ON b.hash = r.data ->> 'hash'
    WHERE r.ent = 'file' AND NOT r.del AND r.data ->> 'hash' ~ '^[0-9a-f]{64}$' AND NOT coalesce(b.whole, false)
    ORDER BY r.data ->> 'hash', r.id
$$;

-- Of these files those whose content is here, with how many pieces it has.
CREATE FUNCTION sync.files_there(p_ids text[]) RETURNS TABLE (id text, pieces integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT sync.hexed(r.id), b.pieces FROM sync.rec r JOIN sync.blob b ON b.hash = r.data ->> 'hash'
    WHERE r.id = ANY (p_ids::uuid[]) AND r.ent = 'file' AND NOT r.del AND b.whole
$$;

CREATE FUNCTION sync.piece_of(p_file uuid, p_n integer) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT p.data FROM sync.rec r JOIN sync.piece p ON p.hash = r.data ->> 'hash'
    WHERE r.id = p_file AND r.ent = 'file' AND NOT r.del AND p.n = p_n
$$;

-- The next piece of a file; the last one says so. Pieces that came before are not written again.
CREATE FUNCTION sync.put_piece(p_file uuid, p_n integer, p_data bytea, p_last boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    m sync.member;
    r sync.rec;
    b sync.blob;
    name text;
BEGIN
    SELECT * INTO m FROM sync.member WHERE login = session_user;
    IF NOT FOUND OR m.disabled THEN
        RAISE EXCEPTION 'not a member' USING ERRCODE = 'FC003';
    END IF;
    SELECT * INTO r FROM sync.rec WHERE id = p_file AND ent = 'file' AND NOT del;
    IF NOT FOUND OR NOT sync.reaches(m.reach, m.team || m.person, ARRAY[m.person], 'see', r.rent, r.own) THEN
        RAISE EXCEPTION 'no such file' USING ERRCODE = 'FC006';
    END IF;
    name := r.data ->> 'hash';
    INSERT INTO sync.blob (hash) VALUES (name) ON CONFLICT (hash) DO NOTHING;
    SELECT * INTO b FROM sync.blob WHERE hash = name FOR UPDATE;
    IF b.whole OR p_n < b.pieces THEN
        RETURN;
    ELSIF p_n > b.pieces OR p_n > 100000 THEN
        RAISE EXCEPTION 'a piece is missing before %', p_n USING ERRCODE = 'FC006';
    END IF;
    INSERT INTO sync.piece (hash, n, data) VALUES (name, p_n, p_data);
    UPDATE sync.blob SET pieces = p_n + 1, size = size + length(p_data), whole = p_last WHERE hash = name;
    -- What is not what it says it is goes again: nobody may put other content under a name.
    IF p_last AND b.size + length(p_data) < 100000000 AND name <> (
        SELECT encode(sha256(coalesce(string_agg(p.data, ''::bytea ORDER BY p.n), ''::bytea)), 'hex')
        FROM sync.piece p WHERE p.hash = name)
    THEN
        DELETE FROM sync.piece WHERE hash = name;
        DELETE FROM sync.blob WHERE hash = name;
    ELSIF p_last THEN
        PERFORM pg_notify('freecrm', (SELECT seq::text FROM sync.head));
    END IF;
END $$;
