#!/usr/bin/env bash
# Makes this Debian or Ubuntu computer the server of a team, in one go: PostgreSQL, a certificate, who may come in,
# the database, a backup every night. Run it as root from FreeCRM's folder; a second run changes nothing.
#
#   installer/server/setup.sh --firm NAME [--host NAME] [--lan 192.168.0.0/16] [--database freecrm]
#
# At the end: the join file for everybody, and how the first one is let in.
set -euo pipefail
umask 022

say() { printf '%s\n' "$*"; }
refuse() { printf '%s\n' "$*" >&2; exit 1; }

firm="" host=$(hostname -f 2>/dev/null || hostname) lan=192.168.0.0/16 database=freecrm
while [ $# -gt 0 ]; do
    case "$1" in
    --firm) firm=$2 ;;
    --host) host=$2 ;;
    --lan) lan=$2 ;;
    --database) database=$2 ;;
    *) refuse "Usage: installer/server/setup.sh --firm NAME [--host NAME] [--lan NET/BITS] [--database NAME]" ;;
    esac
    shift 2 || refuse "A value is missing."
done
[ -n "$firm" ] || refuse "Say what the firm is called: --firm NAME"
[[ $database =~ ^[a-z][a-z0-9_]*$ ]] || refuse "--database takes small letters, digits and _."
[ "$(id -u)" = 0 ] || refuse "Run this as root."
command -v apt-get >/dev/null || refuse "This is for Debian and Ubuntu. Elsewhere, see the help page “Team”."

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
keep=/etc/freecrm-server
join=$keep/$database.freecrm-team

say "1/5 PostgreSQL"
export DEBIAN_FRONTEND=noninteractive
if ! command -v pg_lsclusters >/dev/null || ! command -v openssl >/dev/null; then
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-install-recommends postgresql openssl </dev/null >/dev/null
fi
read -r version cluster port < <(pg_lsclusters -h | awk '$1 >= 15 { print $1, $2, $3 }' | sort -rn | head -n 1) ||
    refuse "PostgreSQL 15 or newer is needed; this system brings an older one."
conf=/etc/postgresql/$version/$cluster

say "2/5 Certificate"
addresses=$(hostname -I 2>/dev/null || true)
# shellcheck disable=SC2086  # a list of addresses
"$here/installer/server/certificates.sh" "$keep" "$host" "$(hostname)" localhost 127.0.0.1 $addresses
install -d -o postgres -g postgres -m 700 "$keep/postgres"
install -o postgres -g postgres -m 600 "$keep/server.key" "$keep/postgres/server.key"
install -o postgres -g postgres -m 644 "$keep/server.crt" "$keep/postgres/server.crt"
chmod 711 "$keep"

say "3/5 Who may come in"
cat >"$conf/conf.d/freecrm.conf" <<END
listen_addresses = '*'
ssl = on
ssl_cert_file = '$keep/postgres/server.crt'
ssl_key_file = '$keep/postgres/server.key'
ssl_min_protocol_version = 'TLSv1.2'
password_encryption = 'scram-sha-256'
END
if ! grep -q '^# FreeCRM' "$conf/pg_hba.conf"; then
    {
        say "# FreeCRM: encrypted and with a password, from this network only"
        say "hostssl $database +fc_user $lan scram-sha-256"
        say "hostssl $database +fc_user 127.0.0.1/32 scram-sha-256"
        say "host    $database +fc_user all reject"
        say "# end of FreeCRM"
        cat "$conf/pg_hba.conf"
    } >"$conf/pg_hba.conf.new"
    chown --reference="$conf/pg_hba.conf" "$conf/pg_hba.conf.new"
    chmod --reference="$conf/pg_hba.conf" "$conf/pg_hba.conf.new"
    mv "$conf/pg_hba.conf.new" "$conf/pg_hba.conf"
fi
pg_ctlcluster "$version" "$cluster" restart -m fast 2>/dev/null || pg_ctlcluster "$version" "$cluster" start

say "4/5 The database"
printf 'database=%s\nport=%s\n' "$database" "$port" >"$keep/settings"
if [ -e "$join" ]; then
    say "    is there already"
else
    make -C "$here" -s .venv/.run >/dev/null
    "$here/installer/server/admin.sh" init --name "$firm" --host "$host" --ca "$keep/office.crt" --join "$join" >/dev/null
fi
chmod 644 "$join"

say "5/5 A backup every night"
install -d -o postgres -g postgres -m 700 /var/backups/freecrm
cat >/etc/systemd/system/freecrm-backup.service <<END
[Unit]
Description=Backup of the FreeCRM team database

[Service]
Type=oneshot
User=postgres
ExecStart=/bin/sh -c 'pg_dump -p $port -Fc -f /var/backups/freecrm/$database-\$\$(date +%%F).part $database && mv /var/backups/freecrm/$database-\$\$(date +%%F).part /var/backups/freecrm/$database-\$\$(date +%%F).dump && find /var/backups/freecrm -name "$database-*.dump" -mtime +30 -delete'
END
cat >/etc/systemd/system/freecrm-backup.timer <<END
[Unit]
Description=Backup of the FreeCRM team database every night

[Timer]
OnCalendar=*-*-* 01:30
Persistent=true

[Install]
WantedBy=timers.target
END
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --now freecrm-backup.timer >/dev/null 2>&1
else
    say "    systemd is not running here: start the backup by hand, or by cron"
fi

say ""
say "Ready. The join file for everybody: $join"
say "Let the first one in (a password is asked for):"
say "    sudo $here/installer/server/admin.sh add LOGIN --person NAME --owner"
