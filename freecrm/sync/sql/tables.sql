-- The tables of the shared database. Nobody who signs in holds a right on any of them: all goes through functions. Run again,
-- this adds what an older program did not know.

CREATE TABLE IF NOT EXISTS sync.server (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL,       -- of these functions
    min_version integer NOT NULL    -- oldest program that may write
);

-- One row, one number: whoever pushes takes the next numbers here and holds the row until the commit, so that
-- numbers appear in the order of commits and a reader who has seen 5 never misses 4.
CREATE TABLE IF NOT EXISTS sync.head (one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL);

-- What the program's declarations say of an entity, as far as rights need it.
CREATE TABLE IF NOT EXISTS sync.ent (
    ent text PRIMARY KEY,
    owner text NOT NULL DEFAULT '',     -- field that names who owns a record
    child boolean NOT NULL DEFAULT false,
    via text NOT NULL DEFAULT '',       -- child row that ties a record to the records it is seen with
    link text NOT NULL DEFAULT '',      -- the field of that row
    links text[] NOT NULL DEFAULT '{}', -- fields that name other records
    trees text[] NOT NULL DEFAULT '{}', -- those of them that make a tree
    uniques text[] NOT NULL DEFAULT '{}', -- fields that no two records share a value of
    above jsonb NOT NULL DEFAULT '{}'   -- field that names who stands above the owner of a row -> the field among whose
                                        -- equals that holds
);

CREATE TABLE IF NOT EXISTS sync.member (
    login text PRIMARY KEY,
    person uuid NOT NULL,
    admin boolean NOT NULL DEFAULT false,
    disabled boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,     -- grows when the rights change
    reach jsonb NOT NULL DEFAULT '{}',      -- entity or "*" -> action -> scope
    hide jsonb NOT NULL DEFAULT '{}',       -- entity -> fields never sent nor taken
    fixed jsonb NOT NULL DEFAULT '{}',      -- entity -> fields never taken
    team uuid[] NOT NULL DEFAULT '{}'
);

CREATE TABLE IF NOT EXISTS sync.client (
    no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    login text NOT NULL,
    person uuid NOT NULL,
    device text NOT NULL DEFAULT '',
    last_batch bigint NOT NULL DEFAULT 0,
    last_hash text NOT NULL DEFAULT '',     -- of the last batch, so that no other one is taken for it
    last_answer jsonb,
    cursor bigint NOT NULL DEFAULT 0,
    seen timestamptz NOT NULL DEFAULT now(),
    program text NOT NULL DEFAULT ''
);

-- A record as it stands now. fm: field -> [seq, stamp, client] of its last change, only for fields changed after the
-- record was made, and two marks of the record itself (see `change`); cseq, cat, ccl speak for the others. own: whose it
-- is; empty = everybody's. rent, root: the record that a row belongs to (itself where it stands alone). pushed: first
-- number of the batch that wrote it last; -1 of a row that nobody deleted, gone only as long as its record is.
CREATE TABLE IF NOT EXISTS sync.rec (
    id uuid PRIMARY KEY,
    ent text NOT NULL,
    seq bigint NOT NULL,
    cseq bigint NOT NULL,
    cat bigint NOT NULL,
    ccl integer NOT NULL,
    rent text NOT NULL,
    root uuid NOT NULL,
    own uuid[] NOT NULL DEFAULT '{}',
    del boolean NOT NULL DEFAULT false,
    writer integer NOT NULL,
    at bigint NOT NULL,
    pushed bigint NOT NULL,
    data jsonb NOT NULL,
    fm jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX IF NOT EXISTS rec_seq ON sync.rec (seq);
-- Of all records, not only of rows: a question that leaves out «root <> id» would read the whole table, at each deletion.
DROP INDEX IF EXISTS sync.rec_root;
CREATE INDEX IF NOT EXISTS rec_family ON sync.rec (root);

-- Which records name which others: who is named is not deleted without a word.
CREATE TABLE IF NOT EXISTS sync.tie (id uuid NOT NULL, field text NOT NULL, target uuid NOT NULL, PRIMARY KEY (id, field));
CREATE INDEX IF NOT EXISTS tie_target ON sync.tie (target);

-- Who has which number.
CREATE TABLE IF NOT EXISTS sync.claim (id uuid NOT NULL, field text NOT NULL, ent text NOT NULL, value text NOT NULL, PRIMARY KEY (id, field));
CREATE INDEX IF NOT EXISTS claim_value ON sync.claim (ent, field, value);

-- Whose a record was before it changed hands: from this a desktop learns what to take off its disk.
CREATE TABLE IF NOT EXISTS sync.gone (seq bigint NOT NULL, ent text NOT NULL, id uuid NOT NULL, rent text NOT NULL, own uuid[] NOT NULL);
CREATE INDEX IF NOT EXISTS gone_seq ON sync.gone (seq);

CREATE TABLE IF NOT EXISTS sync.batch (
    seq bigint PRIMARY KEY,             -- its last number
    client integer NOT NULL,
    batch bigint NOT NULL,
    token uuid NOT NULL DEFAULT gen_random_uuid(),
    at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (client, batch)
);

-- Who changed what: read by histories, never by the exchange itself; old rows may go at any time.
CREATE TABLE IF NOT EXISTS sync.log (
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    stamp bigint NOT NULL,
    client integer NOT NULL,
    ent text NOT NULL,
    id uuid NOT NULL,
    root uuid NOT NULL,
    op text NOT NULL,
    patch jsonb,
    prev jsonb
);
CREATE INDEX IF NOT EXISTS log_root ON sync.log (root, seq);

-- Numbers given out in blocks, so that two computers never give the same one.
CREATE TABLE IF NOT EXISTS sync.range (key text PRIMARY KEY, next bigint NOT NULL);

-- Who is spoken for while a file that a colleague carried here is read: for the length of one call, by this session.
CREATE TABLE IF NOT EXISTS sync.acting (pid integer PRIMARY KEY, xact xid8 NOT NULL, login text NOT NULL);

-- The key by which the files of a computer are known, told by that computer itself while it was connected.
CREATE TABLE IF NOT EXISTS sync.key (
    client uuid PRIMARY KEY,
    secret bytea NOT NULL CHECK (length(secret) = 64),
    given timestamptz NOT NULL DEFAULT now()
);

-- The answers to carried batches, until their computer says that it has them.
CREATE TABLE IF NOT EXISTS sync.receipt (
    client integer NOT NULL,
    batch bigint NOT NULL,
    hash text NOT NULL,
    answer jsonb NOT NULL,
    PRIMARY KEY (client, batch)
);
