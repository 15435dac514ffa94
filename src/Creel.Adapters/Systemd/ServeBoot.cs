using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Adapters.Systemd;

/// <summary>Has systemd start <c>creel serve</c> with the machine: of the machine as root, else of the user.</summary>
public sealed class ServeBoot(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Systemctl systemd = new(new SystemdOptions());

    private static string Folder =>
        UnixUser.IsRoot
            ? "/etc/systemd/system"
            : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } config
                    ? config
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
                "systemd",
                "user"
            );

    public static string Text(BootOrder order) => ServeUnit.Of(order, UnixUser.IsRoot);

    /// <summary>Writes the unit, enables it and starts it anew. Idempotent.</summary>
    /// <exception cref="CreelException">There is no systemd, the unit is somebody else's, or it did not come up.</exception>
    public async Task<BootState> InstallAsync(BootOrder order, CancellationToken cancel)
    {
        if (systemd.Absence() is { } absence)
        {
            throw new CreelException(absence with { Remedy = "creel service install --dry-run shows what it would be" });
        }

        var file = File(order.Name);
        if (ServeUnit.Refusal(file, Read(file), order) is { } refusal)
        {
            throw new CreelException(refusal);
        }

        await RefuseBusyAsync(order, cancel).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(Folder);
            WholeFile.Write(file, Text(order), readable: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("service-file", $"{file} can't be written: {e.Message}"), e);
        }

        await systemd.DoAsync(cancel, "daemon-reload").ConfigureAwait(false);
        await systemd.DoAsync(cancel, "enable", "--", Unit(order.Name)).ConfigureAwait(false);
        await systemd.DoAsync(cancel, "restart", "--", Unit(order.Name)).ConfigureAwait(false);
        await UpAsync(order, cancel).ConfigureAwait(false);
        return await StatusAsync(order.Name, cancel).ConfigureAwait(false);
    }

    /// <summary>Of one home there is one serve; one that was started by hand would keep the unit's from coming up, again and again.</summary>
    private async Task RefuseBusyAsync(BootOrder order, CancellationToken cancel)
    {
        if (Listening(order) is not { } pid || !IsCreel(pid))
        {
            return;
        }

        var own = await systemd
            .AskAsync(cancel, "show", "--value", "--property=MainPID", "--", Unit(order.Name))
            .ConfigureAwait(false);
        if (own.Output.Trim() != pid)
        {
            throw new CreelException(
                Fault.Conflict(
                    "service-busy",
                    $"a serve of {order.Home} runs already, and not as {Unit(order.Name)}: process {pid}",
                    $"End it first, its cells go on: kill {pid}; then again: creel service install"
                )
            );
        }
    }

    private static bool IsCreel(string pid)
    {
        try
        {
            return System.IO.File.ReadAllText($"/proc/{pid}/comm").Trim() is "creel" or "dotnet";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Type=exec is up as soon as its program runs; serve is when it has said where it listens.</summary>
    private async Task UpAsync(BootOrder order, CancellationToken cancel)
    {
        var begin = time.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        while (true)
        {
            var pid = await systemd
                .DoAsync(cancel, "show", "--value", "--property=MainPID", "--", Unit(order.Name))
                .ConfigureAwait(false);
            if (pid.Trim() is not "0" and var own && Listening(order) == own)
            {
                return;
            }

            var restarts = await systemd
                .DoAsync(cancel, "show", "--value", "--property=NRestarts", "--", Unit(order.Name))
                .ConfigureAwait(false);
            if (restarts.Trim() is not "0" || time.GetElapsedTime(begin) > Patience)
            {
                var said = await Systemctl
                    .OtherAsync("journalctl", cancel, "--no-pager", "--output=cat", "--lines=20", $"--unit={Unit(order.Name)}")
                    .ConfigureAwait(false);
                var why = said.Output.Split('\n').LastOrDefault(line => line.StartsWith("creel: ", StringComparison.Ordinal));
                throw new CreelException(
                    new Fault(
                        FaultKind.ApplyFailed,
                        "service-down",
                        $"{Unit(order.Name)} is installed, but serve does not come up{(why is null ? "" : $": {why[7..]}")}",
                        $"All that it says: journalctl {(UnixUser.IsRoot ? "" : "--user ")}--unit={order.Name}"
                    )
                );
            }

            await tick.WaitForNextTickAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Ends serve and takes the unit away; cells go on. Nothing to do where it is not there.</summary>
    /// <exception cref="CreelException">The unit is somebody else's, or systemd said no.</exception>
    public async Task<BootState> UninstallAsync(string name, CancellationToken cancel)
    {
        var file = File(name);
        var text = Read(file);
        if (text?.StartsWith(ServeUnit.Mark, StringComparison.Ordinal) == false)
        {
            throw new CreelException(
                Fault.Conflict("service-foreign", $"{file} was not made by Creel", "Choose another name: --name, or remove it")
            );
        }

        if (text is not null)
        {
            await systemd.DoAsync(cancel, "disable", "--now", "--", Unit(name)).ConfigureAwait(false);
            System.IO.File.Delete(file);
            await systemd.DoAsync(cancel, "daemon-reload").ConfigureAwait(false);
            await systemd.AskAsync(cancel, "reset-failed", "--", Unit(name)).ConfigureAwait(false);
        }

        return new BootState(null, false, "inactive")
        {
            Removed = text is not null,
            Home = text is null ? null : ServeUnit.HomeOf(text),
        };
    }

    public async Task<BootState> StatusAsync(string name, CancellationToken cancel)
    {
        if (systemd.Absence() is not null)
        {
            return new BootState(null, false, "inactive");
        }

        var active = await systemd.AskAsync(cancel, "is-active", "--", Unit(name)).ConfigureAwait(false);
        var enabled = await systemd.AskAsync(cancel, "is-enabled", "--", Unit(name)).ConfigureAwait(false);
        var text = Read(File(name));
        var there = text is not null;
        return new BootState(there ? File(name) : null, enabled.Output.Trim() == "enabled", active.Output.Trim())
        {
            Home = there ? ServeUnit.HomeOf(text!) : null,
            Hints = there ? [.. await HintsAsync(name, cancel).ConfigureAwait(false)] : [],
        };
    }

    private static async Task<IReadOnlyList<string>> HintsAsync(string name, CancellationToken cancel)
    {
        var scope = UnixUser.IsRoot ? "" : "--user ";
        List<string> hints = [$"what it says: journalctl {scope}--unit={name}"];
        if (!UnixUser.IsRoot)
        {
            var user = Environment.UserName;
            var linger =
                HostTools.Find("loginctl") is { } loginctl
                && (
                    await Systemctl.RunAsync(loginctl, ["show-user", user, "--property=Linger"], cancel).ConfigureAwait(false)
                ).Output.Contains("Linger=yes", StringComparison.Ordinal);
            if (!linger)
            {
                hints.Add(
                    $"it ends when {user} logs out, and starts with the next login; with the machine: loginctl enable-linger {user}"
                );
            }
        }

        return hints;
    }

    private static string? Read(string file) => System.IO.File.Exists(file) ? System.IO.File.ReadAllText(file) : null;

    /// <summary>The process that says that it is up, in that home; one that was started by hand may be another.</summary>
    private static string? Listening(BootOrder order)
    {
        try
        {
            var text = System.IO.File.ReadAllText(Path.Combine(order.Home, "serve.json"));
            return JsonNode.Parse(text)?["pid"]?.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string File(string name) => Path.Combine(Folder, Unit(name));

    private static string Unit(string name) => $"{name}.service";
}
