using System.Diagnostics;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>
/// A container in which a driver runs whose system this machine is not: with systemd as its first process, the repository
/// under its own path, and a folder that both see.
/// </summary>
internal sealed record Elsewhere(string Container, string Folder)
{
    private static readonly Lazy<Elsewhere?> Found = new(Find);

    /// <summary>Null where no such container was brought up, or none is needed.</summary>
    public static Elsewhere? Systemd => Found.Value;

    /// <summary>An ordinary user of the container, whose own systemd runs.</summary>
    public CellUser OtherUser { get; } = new(1000, 1000);

    public IEnumerable<string> Enter(CellUser? user) =>
        [
            "docker",
            "exec",
            "--interactive",
            $"--user={user?.Uid ?? 0}:{user?.Gid ?? 0}",
            "--env=DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
            "--env=HOME=/tmp",
            .. user is null ? Array.Empty<string>() : [$"--env=XDG_RUNTIME_DIR=/run/user/{user.Uid}"],
            Container,
        ];

    /// <summary>What a command says there, as root; an empty word where it fails.</summary>
    public string Run(params string[] command) => Run(null, command);

    public string Run(CellUser? user, params string[] command)
    {
        string[] all = [.. Enter(user), .. command];
        var info = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        error.Wait();
        process.WaitForExit();
        return said;
    }

    private static Elsewhere? Find()
    {
        if (Environment.GetEnvironmentVariable("CREEL_SYSTEMD_CONTAINER") is not { Length: > 0 } name || !UnixUser.IsRoot)
        {
            return null;
        }

        var substrates = Environment.GetEnvironmentVariable("CREEL_SUBSTRATE_DIR") ?? "/var/tmp/creel-substrates";
        var elsewhere = new Elsewhere(name, Path.Combine(substrates, "systemd-work"));
        elsewhere.Run("sh", "-c", "loginctl enable-linger bot && systemctl start user@1000.service");
        return elsewhere;
    }
}
