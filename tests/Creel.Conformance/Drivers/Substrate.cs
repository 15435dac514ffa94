using System.Collections.Concurrent;
using Creel.Adapters.Bubblewrap;
using Creel.Adapters.Docker;
using Creel.Adapters.Host;
using Creel.Adapters.Linux;
using Creel.Adapters.Systemd;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>Asks a driver's own fingerprint whether its suite can run here.</summary>
internal static class Substrate
{
    private static readonly ConcurrentDictionary<string, Lazy<DriverFingerprint>> Fingerprints = new();

    /// <summary>The reason to skip; null where it runs. CREEL_REQUIRE=NAME,… lets it run and fail instead.</summary>
    public static string? WhyNot(string name, bool otherUser)
    {
        if (name == "systemd" && otherUser && Elsewhere.Systemd is null)
        {
            return "systemd runs here for the user of the suite alone: run it as an ordinary user, too";
        }

        if ((Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains(name))
        {
            return null;
        }

        if (otherUser && !UnixUser.IsRoot)
        {
            return "the suite is not root, and runs the driver as an ordinary user in its other class";
        }

        var print = Fingerprints.GetOrAdd(name, key => new Lazy<DriverFingerprint>(() => Take(key))).Value;
        return print.Works ? null : $"{print.Sentence}; {print.Remedy}";
    }

    public static IIsolationDriver Make(string name, LinuxOptions options, string program = "bwrap") =>
        name switch
        {
            "host" => new HostDriver(options),
            "docker" => new DockerDriver(new DockerOptions(options)),
            "systemd" => new SystemdDriver(options),
            "bubblewrap" => new BubblewrapDriver(options, new BubblewrapOptions(program)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };

    private static DriverFingerprint Take(string name)
    {
        if (name == "gvisor")
        {
            return TakeGvisor();
        }

        if (name == "systemd" && Elsewhere.Systemd is { } elsewhere)
        {
            using var runner = new RunnerDriver(name, new LinuxOptions("/run/creel"), null, elsewhere: elsewhere);
            return Task.Run(async () => await runner.FingerprintAsync()).GetAwaiter().GetResult();
        }

        var run = Directory.CreateTempSubdirectory("creel-run-").FullName;
        try
        {
            return Task.Run(async () => await Make(name, new LinuxOptions(run)).FingerprintAsync()).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }
    }

    private static DriverFingerprint TakeGvisor()
    {
        var docker = Take("docker");
        using var engine = new Engine(new DockerOptions(new LinuxOptions(Path.GetTempPath())));
        return
            docker.Works
            && !EngineFacts
                .Of(Task.Run(async () => await engine.GetAsync("info", default)).GetAwaiter().GetResult().Json!)
                .Runtimes.Contains("runsc")
            ? docker with
            {
                Works = false,
                Sentence = "the Docker engine has no runtime runsc",
                Remedy = "./do substrates up gvisor",
            }
            : docker;
    }
}
