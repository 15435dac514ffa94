#!/usr/bin/env bash
# Everything that one does with this repository. Without arguments: what there is.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
out=artifacts/publish

usage() {
    cat <<'TEXT'
usage: ./do <what>

  demo            builds, brings up samples/simpsons, gives the agents work, takes all of it down again
  test [tier]     the tests that this machine can run; tiers: unit, conformance, e2e (default: all)
  build           compiles everything
  publish         puts creel, creel-proxy and creel-runtime into artifacts/publish/, as self-contained files
  bench [name]    measures what SPECIFICATION.md promises and writes docs/benchmarks.md
  containment     attacks cells on every substrate that is up, and writes docs/containment.md
  substrates up|down|status [name…]
                  what tests stand on here: docker, gvisor, systemd, openclaw, sdks (test does it by itself)
  fmt [--check]   formats the code
  setup           installs what the machine lacks (the other commands do that by themselves)
  ci              what continuous integration runs
TEXT
}

say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }

# package:what proves that it is there:what it is for
needs=(
    "bubblewrap:bwrap:makes the agents' cells"
    "git:git:agents clone, pull and push with it"
    "libsqlite3-0:libsqlite3.so.0:the hub keeps tasks in it"
    "sqlite3:sqlite3:tests look into the database with it"
    "curl:curl:tests call the API with it"
    "util-linux:setpriv:starts a cell as a user of its own"
    "systemd:systemd-analyze:tests ask it what it thinks of the units that we write"
    "python3-jinja2:/usr/lib/python3/dist-packages/jinja2:tests render templates with it, beside our own"
)

has() {
    case $1 in
        *.so.*) grep -q "$1" <<<"$(ldconfig -p)" ;;
        /*) [ -e "$1" ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

setup() {
    local missing=() why=()
    for need in "${needs[@]}"; do
        IFS=: read -r package proof reason <<<"$need"
        has "$proof" || { missing+=("$package"); why+=("$package ($reason)"); }
    done
    command -v dotnet >/dev/null || {
        echo "do: the .NET 10 SDK is missing: see https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        exit 7
    }
    [ ${#missing[@]} -eq 0 ] && return
    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as=(sudo)
        elif command -v sudo >/dev/null && [ -t 0 ]; then
            as=(sudo)
        else
            echo "do: missing: ${why[*]}" >&2
            echo "  → as root: apt-get install ${missing[*]}" >&2
            exit 7
        fi
    fi
    command -v apt-get >/dev/null || {
        echo "do: missing: ${why[*]}" >&2
        echo "  → install them with this system's package manager" >&2
        exit 7
    }
    say "installing ${why[*]}"
    local log
    log=$(mktemp)
    if ! { "${as[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        "${as[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "do: could not install ${missing[*]} (all of it: $log)" >&2
        exit 7
    fi
    rm -f "$log"
}

build() {
    say "building"
    dotnet build Creel.slnx -c "${1:-Debug}" -v q --nologo -clp:NoSummary
}

publish() {
    say "publishing into $out"
    dotnet publish src/Creel.Runtime -c Release -r linux-x64 -o "$out" -v q --nologo -clp:NoSummary
    dotnet publish src/Creel.Proxy -c Release -r linux-x64 -o "$out" -v q --nologo -clp:NoSummary
    dotnet publish src/Creel -c Release -r linux-x64 -o "$out" -v q --nologo -clp:NoSummary
}

# Runs one test project and adds its counts to the totals.
passed=0 failed=0 skipped=0 broken=0
run_tests() {
    local project=$1 log rc=0
    log=$(mktemp)
    dotnet test "tests/$project" --no-build -v q --nologo --blame-hang-timeout 10m --logger "console;verbosity=minimal" 2>&1 | tee "$log" || rc=$?
    local line
    line=$(grep -E '(Passed|Failed|Skipped)! +- +Failed:' "$log" | tail -1 || true)
    if [ -z "$line" ]; then
        [ $rc -eq 0 ] || broken=1
    else
        failed=$((failed + $(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<<"$line")))
        passed=$((passed + $(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$line")))
        skipped=$((skipped + $(sed -E 's/.*Skipped: +([0-9]+).*/\1/' <<<"$line")))
        # A test host that dies reports no failure of its own.
        [ $rc -eq 0 ] || grep -q 'Failed: *[1-9]' <<<"$line" || broken=1
    fi
    rm -f "$log"
}

run_tier() {
    case $1 in
        unit) run_tests Creel.Tests ;;
        conformance) run_tests Creel.Conformance ;;
        e2e)
            publish
            run_tests Creel.EndToEnd
            ;;
        *)
            echo "do: no tier '$1': unit, conformance, e2e" >&2
            exit 64
            ;;
    esac
}

substrates() {
    local verb=${1:-status} name rc=0
    [ $# -gt 0 ] && shift
    [ $# -gt 0 ] || set -- docker gvisor systemd openclaw sdks
    for name; do
        [ -x "eng/substrates/$name.sh" ] || { echo "do: no substrate '$name'" >&2; exit 64; }
        "eng/substrates/$name.sh" "$verb" || rc=$?
    done
    return $rc
}

# Brings up for the tests what can be brought up here, and ends at the end what it started. What is not there then, is told by
# the tests themselves, as a skip or (CREEL_REQUIRE) as a failure.
with_substrates() {
    local name started=()
    if [ "$(id -u)" -eq 0 ] && [ "${CREEL_SUBSTRATES:-on}" != off ]; then
        local wanted="docker gvisor systemd sdks"
        # A real gateway takes a gigabyte and minutes: only where it is asked for.
        [[ ${CREEL_REQUIRE:-} != *openclaw* ]] || wanted+=" openclaw"
        for name in $wanted; do
            substrates status $name >/dev/null 2>&1 && continue
            say "bringing up $name"
            substrates up $name && started=($name "${started[@]}") || true
        done
        # Not every one ends where it began: the systemd container goes before its engine.
        trap "cd '$PWD'; for name in ${started[*]}; do eng/substrates/\$name.sh down; done" EXIT
    fi
    [ -d /run/systemd/system ] || ! substrates status systemd >/dev/null 2>&1 || export CREEL_SYSTEMD_CONTAINER=creel-systemd
    export CREEL_SDKS="${CREEL_SDKS:-$(eng/substrates/sdks.sh path || true)}"
    if [[ ${CREEL_REQUIRE:-} == *openclaw* ]]; then
        export CREEL_OPENCLAW="${CREEL_OPENCLAW:-$(eng/substrates/openclaw.sh path)}"
        export CREEL_OPENCLAW_2_26="${CREEL_OPENCLAW_2_26:-$(eng/substrates/openclaw.sh path 2026.2.26)}"
    fi
}

# The key that all tests of the proxy use is of nobody, and must be in nothing that they leave.
canary=sk-canary-7f3a91c4d2e8
canary_left() {
    local left
    left=$(grep -rlas -e "$canary" -e "$(printf %s "$canary" | od -An -tx1 | tr -d ' \n')" \
        artifacts/publish artifacts/tests /tmp/creel-* /run/creel-* /var/lib/creel-proxy 2>/dev/null || true)
    [ -z "$left" ] && return
    printf 'do: a key was left behind in:\n%s\n' "$left" >&2
    return 1
}

tests() {
    setup
    build
    case "${*:-all}" in unit) ;; *) with_substrates ;; esac
    for tier in "${@:-unit conformance e2e}"; do
        for one in $tier; do run_tier "$one"; done
    done
    canary_left || failed=$((failed + 1))
    [ $broken -eq 0 ] || { echo "do: a test run ended before its tests did" >&2; failed=$((failed + 1)); }
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed -eq 0 ]
}

what=${1:-}
[ $# -gt 0 ] && shift
case $what in
    setup) setup ;;
    build) build "$@" ;;
    publish) setup && publish ;;
    test) tests "$@" ;;
    demo)
        setup
        publish
        dotnet build samples/telegram -c Release -v q --nologo -clp:NoSummary
        exec samples/simpsons/demo "$PWD/$out" "$PWD/artifacts/bin/Creel.Samples.Telegram/release/telegram-stand-in" "$@"
        ;;
    bench)
        case ${1:-all} in all | proxy) needs+=("nginx:nginx:the proxy is measured beside it") ;; esac
        setup
        publish
        # Where a real gateway is installed, agents are provisioned at it.
        export CREEL_OPENCLAW="${CREEL_OPENCLAW:-$(eng/substrates/openclaw.sh path 2>/dev/null || true)}"
        export CREEL_OPENCLAW_2_26="${CREEL_OPENCLAW_2_26:-$(eng/substrates/openclaw.sh path 2026.2.26 2>/dev/null || true)}"
        dotnet run --project bench/Creel.Bench -c Release -- "${@:-all}"
        ;;
    containment)
        setup
        publish
        with_substrates
        dotnet run --project bench/Creel.Bench -c Release -- containment
        ;;
    substrates) substrates "$@" ;;
    fmt)
        dotnet tool restore >/dev/null
        if [ "${1:-}" = --check ]; then dotnet csharpier check .; else dotnet csharpier format .; fi
        ;;
    ci) exec .ci/run ;;
    "" | -h | --help | help) usage ;;
    *)
        echo "do: no '$what'" >&2
        usage >&2
        exit 64
        ;;
esac
