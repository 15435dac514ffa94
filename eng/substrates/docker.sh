#!/usr/bin/env bash
# A Docker engine of this machine: docker.sh up|down|status
source "$(dirname "$(readlink -f "$0")")/paths.sh"
address=${DOCKER_HOST:-unix:///var/run/docker.sock}
socket=${address#unix://}
pid_file=$dir/dockerd.pid

answers() { curl -fsS --max-time 2 --unix-socket "$socket" http://docker/_ping; }
ours() { [ -s "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null && grep -q dockerd "/proc/$(cat "$pid_file")/comm"; }

# Once with leave to reach sockets of the host, once without: a test wants to see the second refused.
# ptrace, since the other platform needs a KVM that it can use; the container's own network namespace, since an older runsc
# mistakes that of a newer kernel for the machine's.
configuration() {
    echo '{'
    if command -v runsc >/dev/null; then
        local args='"--platform=ptrace", "--network=host"' leave
        leave=--host-uds=open
        runsc flags 2>&1 | grep -q -e '-host-uds' || leave=--fsgofer-host-uds
        echo "  \"runtimes\": {"
        echo "    \"runsc\": { \"path\": \"$(command -v runsc)\", \"runtimeArgs\": [$args, \"$leave\"] },"
        echo "    \"runsc-closed\": { \"path\": \"$(command -v runsc)\", \"runtimeArgs\": [$args] }"
        echo "  },"
    fi
    echo '  "log-driver": "json-file", "log-opts": { "max-size": "10m", "max-file": "2" }'
    echo '}'
}

up() {
    need curl curl
    need docker-compose docker-compose
    if answers >/dev/null 2>&1; then return; fi
    [ "$(id -u)" -eq 0 ] || die "no Docker engine answers at $socket, and only root can start one"
    need dockerd docker.io iptables ca-certificates
    if [ -d /run/systemd/system ]; then
        systemctl start docker
        until_ok 30 answers || die "docker.service does not answer: journalctl -u docker" 1
        return
    fi
    configuration >"$dir/dockerd.json"
    # Without systemd there is nobody to make control groups for the engine.
    setsid dockerd --config-file "$dir/dockerd.json" --data-root "$dir/docker" --exec-root "$dir/docker-exec" -H "unix://$socket" \
        --exec-opt native.cgroupdriver=cgroupfs --pidfile "$dir/dockerd.own.pid" >"$dir/dockerd.log" 2>&1 </dev/null &
    echo $! >"$pid_file"
    until_ok 30 answers || { tail -n 5 "$dir/dockerd.log" >&2; die "the engine did not come up (all of it: $dir/dockerd.log)" 1; }
}

down() {
    ours || return 0
    local pid
    pid=$(cat "$pid_file")
    kill "$pid"
    until_ok 30 bash -c "! kill -0 $pid 2>/dev/null" || die "the engine $pid does not end" 1
    rm -f "$pid_file"
}

status() {
    answers >/dev/null 2>&1 || { echo "docker: down"; return 1; }
    echo "docker: up at $socket$(ours && echo ", ours")"
}

"${1:-up}"
