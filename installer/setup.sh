#!/usr/bin/env bash
# Puts on this computer what Python packages cannot bring: the libraries Qt asks the system for,
# a font with Chinese, and a Python that can make virtual environments.
#
#   installer/setup.sh            install what is missing (root on Debian or Ubuntu), else name it
#   installer/setup.sh --check    only name what is missing; ends with 1 when something is
#   installer/setup.sh --tests    the same, and a PostgreSQL, which the tests of the team start for themselves
#   installer/setup.sh --python   print the Python (3.11 or newer) that FreeCRM will use
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

# Without these Qt does not start at all, with or without a screen.
needed="
libGL.so.1:libgl1 libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0 libdbus-1.so.3:libdbus-1-3
libfontconfig.so.1:libfontconfig1 libglib-2.0.so.0:libglib2.0-0 libgssapi_krb5.so.2:libgssapi-krb5-2
libbrotlidec.so.1:libbrotli1"
# For a window on an X11 or Wayland screen.
for_screens="
libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-image.so.0:libxcb-image0
libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-randr.so.0:libxcb-randr0 libxcb-render.so.0:libxcb-render0
libxcb-render-util.so.0:libxcb-render-util0 libxcb-shape.so.0:libxcb-shape0 libxcb-shm.so.0:libxcb-shm0
libxcb-sync.so.1:libxcb-sync1 libxcb-util.so.1:libxcb-util1 libxcb-xfixes.so.0:libxcb-xfixes0
libxcb-xkb.so.1:libxcb-xkb1 libxkbcommon-x11.so.0:libxkbcommon-x11-0 libX11-xcb.so.1:libx11-xcb1
libwayland-client.so.0:libwayland-client0 libwayland-cursor.so.0:libwayland-cursor0
libwayland-egl.so.1:libwayland-egl1"

say() { printf '%s\n' "$*" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14; do
        if is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

packages_of() { # the packages of those libraries that the loader does not know
    local known pair
    known=$(ldconfig -p)
    for pair in $1; do
        grep -qF "${pair%%:*} " <<<"$known" || printf '%s ' "${pair##*:}"
    done
}

font_packages() {
    local found
    if command -v fc-list >/dev/null; then
        found=$(fc-list :lang=zh-cn family 2>/dev/null)
    else
        found=$(find /usr/share/fonts /usr/local/share/fonts -iregex \
            '.*\(cjk\|wqy\|sourcehan\|droidsansfallback\|sc-regular\).*' -print -quit 2>/dev/null || true)
    fi
    [ -n "$found" ] || printf 'fonts-noto-cjk '
}

python_packages() {
    local python
    if ! python=$(find_python); then
        if command -v python3 >/dev/null; then
            printf 'python3.11 python3.11-venv ' # this system's own python3 is older
        else
            printf 'python3 python3-venv '
        fi
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        printf 'python%s-venv ' "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    fi
}

case "${1:-}" in
--python)
    find_python || { say "FreeCRM needs Python 3.11 or newer, and none was found on the PATH."; exit 1; }
    exit
    ;;
--check | --tests | "") ;;
*) say "Usage: installer/setup.sh [--check | --tests | --python]"; exit 2 ;;
esac

if [ "$(uname -s)" != Linux ]; then
    find_python >/dev/null || { say "Install Python 3.11 or newer, then try again."; exit 1; }
    exit 0
fi

must="$(python_packages)$(packages_of "$needed")"
nice="$(packages_of "$for_screens")$(font_packages)"
if [ "${1:-}" = --tests ]; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || nice="${nice}postgresql "
    command -v openssl >/dev/null || nice="${nice}openssl "
fi
[ -n "$must$nice" ] || exit 0

if [ "${1:-}" = --check ]; then
    say "Missing: $must$nice"
    exit 1
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing: $must$nice"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    install="apt-get install -y -qq --no-install-recommends"
    # shellcheck disable=SC2086  # lists of names
    [ -z "$must" ] || $install $must </dev/null >/dev/null
    # shellcheck disable=SC2086
    [ -z "$nice" ] || $install $nice </dev/null >/dev/null ||
        say "These could not be installed now; FreeCRM runs without them, only not on every screen: $nice"
    exit 0
fi
if command -v apt-get >/dev/null; then
    say "Some system packages are missing. Please run:"
    say "    sudo apt-get install --no-install-recommends $must$nice"
else
    say "Some system libraries are missing. Debian calls their packages:"
    say "    $must$nice"
fi
[ -z "$must" ] # without the others FreeCRM still runs, only not on every screen
