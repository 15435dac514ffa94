using System.Text.Json.Nodes;

namespace Creel.Conformance.Drivers;

/// <summary>
/// The container checks of the CIS Docker benchmark 1.6, section 5, on what <c>inspect</c> says. Those that ask for a person's
/// judgement (5.7, 5.19, 5.27) are told in docs/containment.md.
/// </summary>
internal static class CisSection5
{
    private static readonly string[] Sensitive = ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"];

    public static IEnumerable<(string Check, bool Held)> Of(JsonNode container)
    {
        var (config, host) = (container["Config"]!, container["HostConfig"]!);
        var mounts = container["Mounts"]!.AsArray().Select(mount => mount!).ToList();
        var apparmor = File.Exists("/sys/module/apparmor/parameters/enabled");
        yield return (
            "5.2 AppArmor profile, where the kernel has AppArmor",
            !apparmor || Text(container["AppArmorProfile"]) is not ("" or "unconfined")
        );
        yield return (
            "5.3 SELinux is not turned off",
            !Options(host).Any(o => o.Contains("label:disable") || o.Contains("label=disable"))
        );
        yield return ("5.4 no capabilities are added", (host["CapAdd"] as JsonArray ?? []).Count == 0);
        yield return ("5.5 not privileged", !host["Privileged"]!.GetValue<bool>());
        yield return ("5.6 no sensitive folder of the host", !mounts.Any(m => Sensitive.Contains(Text(m["Source"]))));
        yield return ("5.8 no port below 1024 is published", Ports(host).All(p => p >= 1024));
        yield return ("5.9 no port is published", !Ports(host).Any());
        yield return ("5.10 not the network of the host", Text(host["NetworkMode"]) != "host");
        yield return ("5.11 memory is limited", host["Memory"]!.GetValue<long>() > 0);
        yield return ("5.11b no swap beyond it", host["MemorySwap"]!.GetValue<long>() == host["Memory"]!.GetValue<long>());
        yield return ("5.12 processor time is limited", host["NanoCpus"]!.GetValue<long>() > 0);
        yield return ("5.13 the root file system is read-only", host["ReadonlyRootfs"]!.GetValue<bool>());
        yield return ("5.14 no port on all addresses", !Ports(host).Any());
        yield return (
            "5.15 restarted on failure five times at most",
            (Text(host["RestartPolicy"]!["Name"]), host["RestartPolicy"]!["MaximumRetryCount"]!.GetValue<int>())
                == ("on-failure", 5)
        );
        yield return ("5.16 not the processes of the host", Text(host["PidMode"]) != "host");
        yield return ("5.17 not the IPC of the host", Text(host["IpcMode"]) != "host");
        yield return ("5.18 no devices of the host", (host["Devices"] as JsonArray ?? []).Count == 0);
        yield return ("5.20 no shared mount propagation", mounts.All(m => Text(m["Propagation"]) != "shared"));
        yield return ("5.21 not the name of the host", Text(host["UTSMode"]) != "host");
        yield return (
            "5.22 the seccomp filter is on",
            !Options(host).Any(o => o.Contains("seccomp") && o.Contains("unconfined"))
        );
        yield return ("5.25 a control group of its own", Text(host["CgroupParent"]) == "");
        yield return (
            "5.26 no new privileges",
            Options(host)
                .Any(o =>
                    o.StartsWith("no-new-privileges", StringComparison.Ordinal) && !o.EndsWith("false", StringComparison.Ordinal)
                )
        );
        yield return ("5.27 health is checked", config["Healthcheck"]?["Test"] is JsonArray { Count: > 1 });
        yield return ("5.29 processes are limited", host["PidsLimit"]!.GetValue<long>() > 0);
        yield return ("5.30 not the default bridge", Text(host["NetworkMode"]) is not ("bridge" or "default"));
        yield return ("5.31 not the users of the host", Text(host["UsernsMode"]) != "host");
        yield return (
            "5.32 not the socket of the engine",
            !mounts.Any(m => Text(m["Source"]).EndsWith("docker.sock", StringComparison.Ordinal))
        );
        yield return (
            "4.1 not root",
            Text(config["User"]) is not ("" or "0" or "root") && !Text(config["User"]).StartsWith("0:", StringComparison.Ordinal)
        );
    }

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    private static IEnumerable<string> Options(JsonNode host) => (host["SecurityOpt"] as JsonArray ?? []).Select(Text);

    private static IEnumerable<int> Ports(JsonNode host) =>
        from port in host["PortBindings"] as JsonObject ?? []
        from binding in port.Value as JsonArray ?? []
        select int.TryParse(Text(binding!["HostPort"]), out var number) ? number : 0;
}
