using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>
/// Whether a runtime that was written out (gVisor's <c>runsc</c>) is there, and lets a container reach a socket of the host: without
/// that a cell would start, and nobody would ever hear of it.
/// </summary>
internal sealed class OciRuntimes(Engine engine, BaseImage image)
{
    private const string Program =
        "socket(S, PF_UNIX, SOCK_STREAM, 0) && connect(S, pack_sockaddr_un('/run/creel/hub/hub.sock')) or exit 9";

    private readonly ConcurrentDictionary<string, bool> proven = new();

    /// <exception cref="CreelException">It is not there, or does not let it; the remedy is the line that mends it.</exception>
    public async Task CheckAsync(string? name, CancellationToken cancel)
    {
        if (name is null || proven.ContainsKey(name))
        {
            return;
        }

        var info = (await engine.GetAsync("info", cancel).ConfigureAwait(false)).OrFail("tell about itself").Json!;
        if (!EngineFacts.Of(info).Runtimes.Contains(name))
        {
            throw new CreelException(
                Fault.Missing(
                    "oci-runtime",
                    $"the Docker engine has no runtime {name}",
                    $"Name it under \"runtimes\" in /etc/docker/daemon.json (for gVisor: runsc install -- --host-uds=open), then: systemctl restart docker"
                )
            );
        }

        var code = await TryAsync(name, cancel).ConfigureAwait(false);
        if (code != 0)
        {
            throw new CreelException(
                Fault.Refused(
                    "oci-runtime-sockets",
                    $"under the runtime {name} a container can't reach the socket of the hub",
                    $"Add \"--host-uds=open\" (in releases before 2023 \"--fsgofer-host-uds\") to runtimeArgs of {name} in /etc/docker/daemon.json, then: systemctl restart docker"
                )
            );
        }

        proven[name] = true;
    }

    private async Task<int> TryAsync(string name, CancellationToken cancel)
    {
        var folder = TemporaryFolder.Make("creel-oci-");
        string? container = null;
        try
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
            var path = Path.Combine(folder, "hub.sock");
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, (UnixFileMode)0x1B6);
            socket.Listen();
            var order = new JsonObject
            {
                ["Image"] = await image.EnsureAsync(cancel).ConfigureAwait(false),
                ["Entrypoint"] = new JsonArray("perl", "-MSocket", "-e", Program),
                ["User"] = "65530:65530",
                ["HostConfig"] = new JsonObject
                {
                    ["Runtime"] = name,
                    ["NetworkMode"] = "none",
                    ["CapDrop"] = new JsonArray("ALL"),
                    ["Mounts"] = new JsonArray(
                        new JsonObject
                        {
                            ["Type"] = "bind",
                            ["Source"] = folder,
                            ["Target"] = "/run/creel/hub",
                            ["ReadOnly"] = true,
                        }
                    ),
                },
            };
            var made = (await engine.PostAsync("containers/create", order, cancel).ConfigureAwait(false)).OrFail(
                "make a container"
            );
            container = made.Json!["Id"]!.GetValue<string>();
            (await engine.PostAsync($"containers/{container}/start", null, cancel).ConfigureAwait(false)).OrFail(
                $"start a container under the runtime {name}"
            );
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            var end = await engine.WaitAsync($"containers/{container}/wait", limit.Token).ConfigureAwait(false);
            return end.OrFail("wait for a container").Json!["StatusCode"]!.GetValue<int>();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return -1;
        }
        finally
        {
            if (container is not null)
            {
                await engine.DeleteAsync($"containers/{container}?force=1&v=1", CancellationToken.None).ConfigureAwait(false);
            }

            Directory.Delete(folder, recursive: true);
        }
    }
}
