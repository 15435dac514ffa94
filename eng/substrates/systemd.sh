#!/usr/bin/env bash
# systemd as PID 1, in a container where the machine does not run it: systemd.sh up|down|status
source "$(dirname "$(readlink -f "$0")")/paths.sh"
name=creel-systemd
image=creel-substrate/systemd:12
# Seen inside under the same name, writable: what tests and cells share with it.
work=$dir/systemd-work

native() { [ -d /run/systemd/system ]; }
booted() { case $(timeout -k 5 10 docker exec "$name" systemctl is-system-running 2>/dev/null) in running | degraded) ;; *) return 1 ;; esac; }

# Another clone's tests may have left one, with that clone in it.
of_this_clone() { timeout -k 5 10 docker exec "$name" test -x "$repository/do"; }

up() {
    native && return
    "$here/docker.sh" up
    root_filesystem systemd systemd-sysv systemd dbus dbus-user-session libpam-systemd iproute2 procps curl ca-certificates \
        git bubblewrap libsqlite3-0 sqlite3 python3-minimal
    # A root file system that was made anew makes a new image.
    local tag
    tag=$(sha256sum "$dir/systemd.packages" | cut -c1-12)
    docker image inspect "$image-$tag" >/dev/null 2>&1 || docker import "$dir/systemd.tar" "$image-$tag" >/dev/null
    timeout -k 5 60 docker rm -f "$name" >/dev/null 2>&1 || true
    mkdir -p "$work"
    local dotnet
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    # Not --privileged, which needs more than this machine's root may have. With the host's control groups, limits are real.
    docker run -d --name "$name" --hostname "$name" --label creel.substrate=systemd \
        --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH --cap-add SYS_NICE \
        --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:rw \
        --network none --tmpfs /run:exec,mode=755 --tmpfs /run/lock --tmpfs /tmp:exec,mode=1777 --stop-signal SIGRTMIN+3 \
        -v "$repository:$repository:ro" -v "$work:$work" -v "$dotnet:$dotnet:ro" \
        "$image-$tag" /sbin/init >/dev/null
    until_ok 60 booted || { docker logs "$name" 2>&1 | tail -n 20 >&2; die "systemd did not come up in its container" 1; }
}

down() {
    native && return
    timeout -k 5 60 docker rm -f "$name" >/dev/null 2>&1 || true
}

status() {
    native && { echo "systemd: up, the machine's own"; return; }
    booted && of_this_clone && echo "systemd: up in the container $name" || { echo "systemd: down"; return 1; }
}

"${1:-up}"
