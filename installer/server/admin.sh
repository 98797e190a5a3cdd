#!/usr/bin/env bash
# `freecrm server …` on the server itself, as root: installer/server/admin.sh add LOGIN --person NAME
# PostgreSQL's own user need not read FreeCRM's folder: an administrator is made for the length of one command.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ "$(id -u)" = 0 ] || { echo "Run this as root." >&2; exit 1; }
# shellcheck source=/dev/null  # written by setup.sh
. /etc/freecrm-server/settings  # database, port
psql=(runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -p "$port")
secret=$(openssl rand -hex 24)

leave() {
    local one
    for one in postgres "$database"; do
        if [ "$("${psql[@]}" -At -c "SELECT count(*) FROM pg_database WHERE datname = '$one'")" = 1 ]; then
            "${psql[@]}" -d "$one" -c "REASSIGN OWNED BY fc_setup TO postgres" -c "DROP OWNED BY fc_setup"
        fi
    done
    "${psql[@]}" -c "DROP ROLE fc_setup"
}

if [ "$("${psql[@]}" -At -c "SELECT count(*) FROM pg_roles WHERE rolname = 'fc_setup'")" = 1 ]; then
    leave # a run that was cut off left it
fi
cd / # a folder that PostgreSQL's user may be in
"${psql[@]}" -c "CREATE ROLE fc_setup SUPERUSER LOGIN PASSWORD '$secret' VALID UNTIL '$(date -d '+1 hour' '+%F %T%z')'"
trap leave EXIT
cd "$here"
action=$1
shift
PGPASSWORD=$secret .venv/bin/python -m freecrm server "$action" "$@" --database "$database" \
    --to "host=127.0.0.1 port=$port user=fc_setup dbname=postgres"
