namespace Creel.Adapters.Docker;

/// <summary>What the fingerprint's container tries, and what each exit code of it means.</summary>
internal static class DockerProbe
{
    public const string Script = """
        #!/bin/sh
        [ "$1" = --healthy ] && exit 0
        [ -r /etc/shadow ] && exit 41
        count=0
        while read -r name rest; do case $name in *:) count=$((count + 1)) ;; esac; done </proc/net/dev
        [ "$count" -le 1 ] || exit 43
        while read -r name value; do
            case $name in
                CapPrm: | CapEff: | CapBnd:) [ "$value" = 0000000000000000 ] || exit 44 ;;
                NoNewPrivs:) [ "$value" = 1 ] || exit 48 ;;
                Seccomp:) [ "$value" = 2 ] || exit 49 ;;
            esac
        done </proc/self/status
        (: >/creel-probe) 2>/dev/null && exit 46
        : >"$CREEL_STATE/probe" || exit 47
        exit 0
        """;

    public static IReadOnlyDictionary<int, string> Failures { get; } =
        new Dictionary<int, string>
        {
            [41] = "a container can read a shadow file",
            [43] = "a container of network none has more than a loopback",
            [44] = "a container keeps capabilities",
            [46] = "a container can write its root folder",
            [47] = "a container can't write its own state",
            [48] = "a container may gain privileges",
            [49] = "the engine gives containers no seccomp filter",
        };
}
