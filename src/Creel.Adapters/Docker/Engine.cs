using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>
/// Docker's Engine API (1.41, that of 20.10, and newer) over its unix socket: paths, JSON in, JSON out. An engine that can't be
/// reached is a fault; one that says no is an answer.
/// </summary>
internal sealed class Engine : IDisposable
{
    /// <summary>That of Docker 20.10.</summary>
    public static readonly Version Oldest = new(1, 41);

    // Newer engines give up old versions, and may change what a newer one means: the newest that is known.
    private static readonly Version Newest = new(1, 47);

    private readonly EngineAddress address;
    private readonly string socket;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly HttpClient client;
    private Version? version;

    public Engine(DockerOptions options)
    {
        (address, socket) = (options.Address, options.Address.Socket);
        (patience, time) = (options.Patience, options.Linux.Time);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel).ConfigureAwait(false);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        client = new HttpClient(handler) { BaseAddress = new Uri("http://docker/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One call with its answer.</summary>
    /// <param name="path">Without the version: <c>containers/json?all=1</c>.</param>
    /// <exception cref="CreelException">No answer: not there, no right, hung.</exception>
    public async Task<EngineReply> CallAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        using var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await SendAsync(method, path, content, patience, cancel).ConfigureAwait(false);
    }

    public Task<EngineReply> GetAsync(string path, CancellationToken cancel) => CallAsync(HttpMethod.Get, path, null, cancel);

    public Task<EngineReply> PostAsync(string path, JsonNode? body, CancellationToken cancel) =>
        CallAsync(HttpMethod.Post, path, body, cancel);

    public Task<EngineReply> DeleteAsync(string path, CancellationToken cancel) =>
        CallAsync(HttpMethod.Delete, path, null, cancel);

    /// <summary>A call that may take as long as it takes.</summary>
    public Task<EngineReply> WaitAsync(string path, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, path, null, Timeout.InfiniteTimeSpan, cancel);

    /// <summary>Sends a tar archive.</summary>
    public async Task<EngineReply> UploadAsync(string path, Stream archive, CancellationToken cancel)
    {
        using var content = new StreamContent(archive);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        return await SendAsync(HttpMethod.Post, path, content, TimeSpan.FromMinutes(10), cancel).ConfigureAwait(false);
    }

    /// <summary>The version that both ends speak.</summary>
    /// <exception cref="CreelException">The engine is older than 20.10, or gave up all that is known.</exception>
    public async Task<Version> VersionAsync(CancellationToken cancel)
    {
        if (version is not null)
        {
            return version;
        }

        using var response = await RawAsync(HttpMethod.Get, "_ping", null, patience, cancel).ConfigureAwait(false);
        var said = response.Headers.TryGetValues("Api-Version", out var values) ? values.FirstOrDefault() : null;
        if (!Version.TryParse(said, out var offered) || offered < Oldest)
        {
            throw new CreelException(
                Fault.Missing(
                    "docker-old",
                    $"the Docker engine at {socket} speaks API {said ?? "of no version"}, and {Oldest} (Docker 20.10) is needed",
                    "Install a newer Docker"
                )
            );
        }

        return version = offered < Newest ? offered : Newest;
    }

    public void Dispose() => client.Dispose();

    private async Task<EngineReply> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        TimeSpan limit,
        CancellationToken cancel
    )
    {
        var spoken = await VersionAsync(cancel).ConfigureAwait(false);
        using var response = await RawAsync(method, $"v{spoken}/{path}", content, limit, cancel).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
        return new EngineReply((int)response.StatusCode, body);
    }

    private async Task<HttpResponseMessage> RawAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        TimeSpan limit,
        CancellationToken cancel
    )
    {
        if (address.Refusal is { } refusal)
        {
            throw new CreelException(refusal);
        }

        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            // With the content: a body that never ends is a hung engine, too.
            return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.Timeout,
                    "docker-hung",
                    $"the Docker engine at {socket} did not answer within {limit.TotalSeconds:0} s",
                    "Look at it: systemctl status docker"
                )
            );
        }
        catch (HttpRequestException e)
        {
            throw new CreelException(Because(e), e);
        }
    }

    private Fault Because(HttpRequestException e) =>
        (e.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => Fault.Missing(
                "docker-right",
                $"the Docker engine at {socket} does not let this user in",
                "As root: usermod -aG docker USER, and log in anew (whoever is in that group can become root)"
            ),
            null => Fault.Unavailable("docker-lost", $"the Docker engine at {socket} broke off in the middle of an answer"),
            _ => address.Silence,
        };
}

/// <summary>What the engine said.</summary>
internal sealed record EngineReply(int Status, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public bool Ok => Status is >= 200 and < 300;

    /// <summary>The body as JSON; null where it is none.</summary>
    public JsonNode? Json
    {
        get
        {
            try
            {
                return Body.Length == 0 ? null : JsonNode.Parse(Body);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>The engine's own words on why not.</summary>
    public string Message => (Json as JsonObject)?["message"]?.GetValue<string>().Trim() ?? $"status {Status}";

    /// <exception cref="CreelException">It said no, and not because it was so already.</exception>
    public EngineReply OrFailUnless(int already, string what) => Status == already ? this : OrFail(what);

    /// <exception cref="CreelException">It said no.</exception>
    public EngineReply OrFail(string what) =>
        Ok ? this : throw new CreelException(Fault.Unavailable("docker-refused", $"Docker could not {what}: {Message}"));
}
