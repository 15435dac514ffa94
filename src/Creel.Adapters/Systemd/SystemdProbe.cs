namespace Creel.Adapters.Systemd;

/// <summary>What the fingerprint's cell tries, and what each exit code of it means.</summary>
internal static class SystemdProbe
{
    /// <summary>With a user of its own it sees no other's processes; a user's systemd can't hide them.</summary>
    public static string Script(bool ownUser) =>
        """
            #!/bin/sh
            [ -r /etc/shadow ] && exit 41
            for link in /sys/class/net/*; do [ -e "$link" ] && exit 42; done
            count=0
            while read -r name rest; do case $name in *:) count=$((count + 1)) ;; esac; done </proc/net/dev
            [ "$count" -eq 1 ] || exit 43
            while read -r name value; do
                case $name in
                    CapPrm: | CapEff: | CapBnd:) [ "$value" = 0000000000000000 ] || exit 44 ;;
                    NoNewPrivs:) [ "$value" = 1 ] || exit 44 ;;
                esac
            done </proc/self/status
            unshare --user true 2>/dev/null && exit 45
            (: >/creel-probe) 2>/dev/null && exit 46
            : >"$CREEL_STATE/probe" || exit 47
            for folder in /tmp /var/tmp /dev/shm; do : >"$folder/creel-probe" || exit 48; done
            [ -e /srv ] || [ -e /var/log ] && exit 49
            for home in /home/* /root/*; do [ -e "$home" ] && exit 49; done
            """
        + (ownUser ? "\nfor process in /proc/[0-9]*; do [ -e $process ] && ! [ -O $process ] && exit 50; done" : "")
        + "\nexit 0\n";

    public static IReadOnlyDictionary<int, string> Failures { get; } =
        new Dictionary<int, string>
        {
            [41] = "a cell can read /etc/shadow",
            [42] = "a cell sees the network devices of the host",
            [43] = "a cell has more than a loopback",
            [44] = "a cell keeps capabilities, or can get new rights",
            [45] = "a cell can make user namespaces",
            [46] = "a cell can write its root folder",
            [47] = "a cell can't write its own state",
            [48] = "a cell has no place for temporary files",
            [49] = "a cell sees folders of the host",
            [50] = "a cell sees processes of others",
        };
}
