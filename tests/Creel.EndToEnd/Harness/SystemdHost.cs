using System.Diagnostics;

namespace Creel.EndToEnd.Harness;

/// <summary>A Creel of our own where systemd is the first process: in the container that was brought up for it, or here.</summary>
public sealed class SystemdHost : IAsyncDisposable
{
    private readonly string programs;
    private string serve = "";

    private SystemdHost(string programs) => this.programs = programs;

    /// <summary>Null where the machine has a systemd of its own, or none was brought up.</summary>
    public static string? Container { get; } =
        Environment.GetEnvironmentVariable("CREEL_SYSTEMD_CONTAINER") is { Length: > 0 } name ? name : null;

    public static async Task<SystemdHost> StartAsync()
    {
        // A folder that both see; the executables may lie where only this machine does.
        var shared = Path.Combine(
            Environment.GetEnvironmentVariable("CREEL_SUBSTRATE_DIR") ?? "/var/tmp/creel-substrates",
            "systemd-work"
        );
        var folder = Directory.CreateDirectory(
            Path.Combine(Container is null ? Path.GetTempPath() : shared, "creel-e2e-" + Guid.NewGuid().ToString("N")[..8])
        );
        foreach (var file in Directory.EnumerateFiles(Published.Folder))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        var host = new SystemdHost(folder.FullName);
        await host.LaunchAsync();
        return host;
    }

    public async Task LaunchAsync()
    {
        serve = (
            await ShellAsync(
                "setsid \"$0/creel\" serve --http-port 0 --ws-port 0 --gateway-port 0 >>\"$0/serve.log\" 2>&1 </dev/null & echo $!"
            )
        ).Output.Trim();
        await Serve.Until(async () => (await CreelAsync("ps")).ExitCode == 0, TimeSpan.FromSeconds(60), "creel serve");
    }

    /// <summary>kill -9: nothing is said to anybody.</summary>
    public Task KillAsync() => ShellAsync($"kill -9 {serve}");

    public async Task<CommandResult> UpAsync(string habitat)
    {
        await File.WriteAllTextAsync(Path.Combine(programs, "habitat.json5"), habitat);
        return await CreelAsync("up", Path.Combine(programs, "habitat.json5"), "--yes");
    }

    public Task<CommandResult> CreelAsync(params string[] arguments) => RunAsync([Path.Combine(programs, "creel"), .. arguments]);

    /// <summary>With the folder of the executables as <c>$0</c>.</summary>
    public Task<CommandResult> ShellAsync(string script) => RunAsync(["/bin/sh", "-c", script, programs]);

    public async ValueTask DisposeAsync()
    {
        await CreelAsync("down", "--yes", "--delete-workspaces");
        await ShellAsync($"kill -9 {serve}; rm -rf \"$CREEL_HOME\"");
        Directory.Delete(programs, recursive: true);
    }

    private Task<CommandResult> RunAsync(string[] command)
    {
        // Below a folder that is closed to every cell.
        string[] variables =
        [
            $"CREEL_HOME=/root/{Path.GetFileName(programs)}",
            "NO_COLOR=1",
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
        ];
        if (Path.GetDirectoryName(Environment.ProcessPath) is { } dotnet && File.Exists(Path.Combine(programs, "creel.dll")))
        {
            variables = [.. variables, $"DOTNET_ROOT={dotnet}"];
        }

        string[] all = Container is { } name
            ? ["exec", .. variables.Select(v => "--env=" + v), name, .. command]
            : [.. variables, .. command];
        return Published.RunAsync(Container is null ? "/usr/bin/env" : "docker", "/nonexistent", all);
    }
}
