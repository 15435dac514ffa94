#!/usr/bin/env bash
# The official SDKs and the programs that use them, as a folder that cells see read-only: sdks.sh up|down|status|path
source "$(dirname "$(readlink -f "$0")")/paths.sh"
clients=$here/sdks
tree=$dir/sdks-$(cat "$clients"/*.cs "$clients"/*.csproj "$clients"/packages.lock.json "$clients"/call.* "$clients"/node/* | sha256sum | cut -c1-12)

there() { [ -e "$tree/ready" ]; }

up() {
    there && return
    need npm npm
    say "fetching the SDKs (a minute, once)"
    rm -rf "$dir"/sdks-*
    mkdir -p "$tree"
    cp "$clients"/call.* "$clients"/node/* "$tree"
    (cd "$tree" && npm ci --no-audit --no-fund --ignore-scripts) >"$dir/npm.log" 2>&1 ||
        { tail -n 20 "$dir/npm.log" >&2; die "could not install the SDKs for Node (all of it: $dir/npm.log)"; }
    (cd "$repository" && dotnet publish eng/substrates/sdks -c Release -r linux-x64 "-p:PublishDir=$tree/dotnet/") >"$dir/dotnet.log" 2>&1 ||
        { tail -n 20 "$dir/dotnet.log" >&2; die "could not build the client for .NET (all of it: $dir/dotnet.log)"; }
    touch "$tree/ready"
}

down() { :; }

status() { there && echo "sdks: at $tree" || { echo "sdks: not there"; return 1; }; }

path() { there && echo "$tree"; }

"${1:-up}"
