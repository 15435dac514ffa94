using System.Diagnostics;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;

namespace Creel.Adapters.Linux;

/// <summary><c>creel-proxy</c> as a process of its own, in a session of its own, with its own log.</summary>
/// <param name="program">The executable.</param>
/// <param name="home">Its own folder.</param>
/// <param name="run">The folder of sockets.</param>
/// <param name="user">Whom it becomes; null where we are not root.</param>
/// <param name="log">The file that gets what it says.</param>
public sealed class ProxyProcess(string program, string home, string run, CellUser? user, string log) : IProxyProcess
{
    private const long LogLimit = 10 * 1024 * 1024;

    /// <summary>FILE COMMAND…: fixed text; what varies comes as arguments.</summary>
    private const string Detach = """
        log=$1
        shift
        exec </dev/null >>"$log" 2>&1
        ulimit -c 0
        exec "$@"
        """;

    public Task<string> Start()
    {
        if (!File.Exists(program))
        {
            throw new CreelException(
                Fault.Missing(
                    "proxy-missing",
                    $"creel-proxy is not at {program}",
                    "Run ./do publish, or set CREEL_PROXY to the executable."
                )
            );
        }

        InheritedDescriptors.CloseOnExec();
        Rotate();
        var info = new ProcessStartInfo(HostTools.SetSid) { WorkingDirectory = "/" };
        string[] words =
        [
            "/bin/sh",
            "-c",
            Detach,
            "creel-proxy",
            log,
            program,
            "--home",
            home,
            "--run",
            run,
            .. user is null ? [] : new[] { "--user", $"{user.Uid}:{user.Gid}" },
        ];
        foreach (var word in words)
        {
            info.ArgumentList.Add(word);
        }

        // Nothing of ours: whoever reads its environment learns nothing.
        info.Environment.Clear();
        info.Environment["PATH"] = HostTools.SearchPath;
        info.Environment["LANG"] = "C.UTF-8";

        // .NET looks for certificates of its user's below it, and for none at all where it is not set.
        info.Environment["HOME"] = home;
        foreach (var (name, value) in ProxyEnvironment.Settings)
        {
            info.Environment[name] = value;
        }

        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { } credentials)
        {
            info.Environment["CREDENTIALS_DIRECTORY"] = credentials;
        }

        return EndAsync(Process.Start(info)!);
    }

    private async Task<string> EndAsync(Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync().ConfigureAwait(false);
        }

        return File.Exists(log) ? CellFiles.LastLine(await File.ReadAllTextAsync(log).ConfigureAwait(false)) : "";
    }

    private void Rotate()
    {
        if (new FileInfo(log) is { Exists: true, Length: > LogLimit })
        {
            File.Move(log, log + ".1", overwrite: true);
        }
    }
}
