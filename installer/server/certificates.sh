#!/usr/bin/env bash
# Makes the office's certificate and, signed by it, the server's. What is there already stays.
#
#   installer/server/certificates.sh FOLDER NAME [NAME|IP …]
#
# FOLDER/office.crt goes into the join file: by it desktops know the server. office.key signs; keep it here.
set -euo pipefail
umask 077

folder=$1 name=$2
shift
mkdir -p "$folder"
cd "$folder"

names=""
for one in "$@"; do
    if [[ $one =~ ^[0-9.]+$ || $one == *:* ]]; then names+="IP:$one,"; else names+="DNS:$one,"; fi
done

if [ ! -e office.key ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout office.key -out office.crt \
        -days 7300 -subj "/CN=FreeCRM office certificate" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign" 2>/dev/null
fi
if [ ! -e server.key ]; then
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr \
        -subj "/CN=$name" 2>/dev/null
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "${names%,}" >server.ext
    openssl x509 -req -in server.csr -CA office.crt -CAkey office.key -CAcreateserial -days 3650 \
        -extfile server.ext -out server.crt 2>/dev/null
    rm -f server.csr server.ext
fi
chmod 644 office.crt server.crt
