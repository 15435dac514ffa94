using System.Diagnostics;

namespace Creel.EndToEnd.Harness;

/// <summary>A Docker engine of our own, which may be stopped and hung: with its own socket and folders, and no network.</summary>
public sealed class PrivateEngine : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-engine-").FullName;
    private Process? process;

    public string Socket => Path.Combine(folder, "docker.sock");

    public string Address => $"unix://{Socket}";

    /// <summary>Its containers outlive it, as the setting live-restore has it.</summary>
    public async Task StartAsync()
    {
        string[] arguments =
        [
            $"--host={Address}",
            $"--data-root={folder}/data",
            $"--exec-root={folder}/exec",
            $"--pidfile={folder}/docker.pid",
            "--bridge=none",
            "--iptables=false",
            "--live-restore",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            // Of its own kind: the shared one's configuration is none of ours.
            $"--config-file={folder}/daemon.json",
        ];
        await File.WriteAllTextAsync($"{folder}/daemon.json", "{}");
        var script = $"exec dockerd \"$@\" >>{folder}/log 2>&1";
        process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script, "dockerd", .. arguments]))!;
        await Serve.Until(
            async () =>
                process.HasExited
                    ? throw new InvalidOperationException(await File.ReadAllTextAsync($"{folder}/log"))
                    : (await DockerAsync("version")).ExitCode == 0,
            TimeSpan.FromSeconds(90),
            "the engine"
        );
    }

    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await process!.WaitForExitAsync();
    }

    public Task HangAsync() => SignalAsync("STOP");

    public Task GoOnAsync() => SignalAsync("CONT");

    public Task<CommandResult> DockerAsync(params string[] arguments) =>
        Published.RunAsync("docker", folder, ["--host", Address, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await GoOnAsync();
            var all = await DockerAsync("ps", "--all", "--quiet");
            foreach (var id in all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await DockerAsync("rm", "--force", id);
            }

            await StopAsync();
        }

        // With live-restore it leaves its own mount behind; its containerd ends a moment after it.
        await Published.RunAsync("umount", Path.GetTempPath(), ["--lazy", $"{folder}/data"]);
        await Serve.Until(() => TryDelete(folder), TimeSpan.FromSeconds(30), "the engine's folder to be free");
    }

    private Task SignalAsync(string signal) => Published.RunAsync("kill", folder, [$"-{signal}", $"{process!.Id}"]);

    private static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
