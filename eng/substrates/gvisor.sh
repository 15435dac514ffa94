#!/usr/bin/env bash
# gVisor's runsc as a runtime of the Docker engine: gvisor.sh up|down|status
source "$(dirname "$(readlink -f "$0")")/paths.sh"

registered() { timeout -k 5 20 docker info --format '{{range $name, $_ := .Runtimes}}{{$name}} {{end}}' | grep -qw runsc-closed; }

up() {
    need runsc runsc
    "$here/docker.sh" up
    registered && return
    # The engine that we started learns of it by starting anew; somebody else's is not ours to configure.
    "$here/docker.sh" down
    "$here/docker.sh" up
    registered || die "the Docker engine of this machine has no runtime runsc: https://gvisor.dev/docs/user_guide/install/" 7
}

down() { :; }

status() { registered && echo "gvisor: up" || { echo "gvisor: down"; return 1; }; }

"${1:-up}"
