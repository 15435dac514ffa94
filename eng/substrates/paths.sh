# Sourced by the others: where things are, and how a package comes.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
repository=$(readlink -f "$here/../..")
dir=${CREEL_SUBSTRATE_DIR:-/var/tmp/creel-substrates}
mkdir -p "$dir"

say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }
die() { echo "substrates: $1" >&2; exit "${2:-7}"; }

# need PROGRAM PACKAGE…: installs the packages where the program is missing; no daemon is started by that.
need() {
    local program=$1 log=$dir/apt.log
    shift
    if command -v "$program" >/dev/null || [ -e "$program" ]; then return; fi
    [ "$(id -u)" -eq 0 ] || die "missing: $* (as root: apt-get install $*)"
    say "installing $*"
    local install=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y -q --no-install-recommends install)
    "${install[@]}" "$@" >"$log" 2>&1 || { apt-get update -q >"$log" 2>&1 && "${install[@]}" "$@" >>"$log" 2>&1; } || {
        tail -n 20 "$log" >&2
        die "could not install $* (all of it: $log)"
    }
}

# until SECONDS COMMAND…: tries it ten times a second.
until_ok() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}

# root_filesystem NAME PACKAGE…: a Debian of these packages as $dir/NAME.tar, made once.
root_filesystem() {
    local name=$1 tar=$dir/$1.tar
    shift
    echo "$*" | cmp -s - "$dir/$name.packages" && [ -s "$tar" ] && return
    need mmdebstrap mmdebstrap
    say "making the root file system $name (half a minute, once)"
    mmdebstrap --format=tar --variant=minbase --include="$(IFS=,; echo "$*")" \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook='chroot "$1" useradd -m -u 1000 -s /bin/bash bot' \
        --customize-hook='echo uninitialized >"$1/etc/machine-id"; : >"$1/etc/fstab"' \
        bookworm "$tar.part" >"$dir/$name.log" 2>&1 || { tail -n 20 "$dir/$name.log" >&2; die "could not make $name" 1; }
    mv "$tar.part" "$tar"
    echo "$*" >"$dir/$name.packages"
}
