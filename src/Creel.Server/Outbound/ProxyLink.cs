using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Creel.Core;
using Creel.Core.Outbound;

namespace Creel.Server.Outbound;

/// <summary>The proxy's control socket, from this side of it.</summary>
public sealed class ProxyLink : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly HttpClient http;
    private readonly string socket;

    /// <param name="socket">Its path.</param>
    public ProxyLink(string socket)
    {
        this.socket = socket;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                ConnectCallback = ConnectAsync,
            }
        )
        {
            BaseAddress = new Uri("http://proxy/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Null: nobody listens there.</summary>
    /// <exception cref="CreelException">It listens, and does not answer as it should.</exception>
    public async Task<ProxyStatus?> StatusAsync(CancellationToken cancel)
    {
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, ControlPaths.Status, null, cancel);
            return await ReadAsync(answer, cancel);
        }
        catch (CreelException e) when (e.Fault.Code == Absent)
        {
            return null;
        }
    }

    /// <summary>What it is to do from now on.</summary>
    /// <exception cref="CreelException">It does not answer, or refuses them.</exception>
    public async Task<ProxyStatus> OrderAsync(ProxyOrders orders, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Put, ControlPaths.Orders, OrdersText.Write(orders), cancel);
        return await ReadAsync(answer, cancel);
    }

    /// <summary>A key goes in, and never comes out.</summary>
    /// <param name="group">Null: for all groups without one of their own.</param>
    /// <exception cref="CreelException">It does not answer, or refuses it.</exception>
    public async Task SetKeyAsync(string upstream, GroupId? group, ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Put, KeyPath(upstream, group), key, cancel);
    }

    /// <exception cref="CreelException">There is none; or it does not answer.</exception>
    public async Task ForgetKeyAsync(string upstream, GroupId? group, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Delete, KeyPath(upstream, group), null, cancel);
    }

    /// <summary>One more allowance; on its disk when this returns.</summary>
    /// <exception cref="CreelException">It does not answer, or there is no such budget.</exception>
    public async Task<GrantAnswer> GrantAsync(GrantOrder order, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(order, OutboundJson.Default.GrantOrder);
        using var answer = await SendAsync(HttpMethod.Post, ControlPaths.Grants, body, cancel);
        return await ReadAsync(answer, OutboundJson.Default.GrantAnswer, cancel);
    }

    /// <summary>A group has a token from now on. Only the hash of it goes there.</summary>
    /// <param name="replace">One that is there ends.</param>
    /// <exception cref="CreelException">It does not answer; or there is one.</exception>
    public async Task SetTokenAsync(GroupId group, byte[] hash, bool replace, CancellationToken cancel)
    {
        var text = System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash));
        using var answer = await SendAsync(
            HttpMethod.Put,
            $"{ControlPaths.Tokens}/{group}{(replace ? "?replace=1" : "")}",
            text,
            cancel
        );
    }

    /// <exception cref="CreelException">There is none; or it does not answer.</exception>
    public async Task ForgetTokenAsync(GroupId group, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Delete, $"{ControlPaths.Tokens}/{group}", null, cancel);
    }

    /// <summary>Tells it to end, once no call is under way.</summary>
    /// <exception cref="CreelException">It does not answer.</exception>
    public async Task StopAsync(CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Post, ControlPaths.Stop, null, cancel);
    }

    /// <summary>Any other answer of its, as it comes.</summary>
    /// <param name="path">With a query.</param>
    /// <exception cref="CreelException">It does not answer, or refuses.</exception>
    public Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, path, null, cancel);

    public void Dispose() => http.Dispose();

    private const string Absent = "proxy-absent";

    private static string KeyPath(string upstream, GroupId? group) =>
        $"{ControlPaths.Keys}/{Uri.EscapeDataString(upstream)}{(group is { } id ? $"?group={Uri.EscapeDataString(id.Value)}" : "")}";

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte>? body,
        CancellationToken cancel
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Unanswered($"the proxy at {socket} did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
                ? new CreelException(
                    Fault.Refused("proxy-closed", $"the proxy's control socket {socket} is not yours", "run this as its owner"),
                    e
                )
                : Unanswered($"no proxy answers at {socket}", e);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await FaultOfAsync(answer, cancel);
        }
    }

    private static Task<ProxyStatus> ReadAsync(HttpResponseMessage answer, CancellationToken cancel) =>
        ReadAsync(answer, OutboundJson.Default.ProxyStatus, cancel);

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            return await JsonSerializer.DeserializeAsync(body, type, cancel) ?? throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            throw Unanswered("the proxy's answer can't be read", e);
        }
    }

    private static async Task<CreelException> FaultOfAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var kind = answer.StatusCode switch
        {
            HttpStatusCode.BadRequest => FaultKind.Invalid,
            HttpStatusCode.NotFound => FaultKind.NotFound,
            HttpStatusCode.Forbidden => FaultKind.Refused,
            HttpStatusCode.Conflict => FaultKind.Conflict,
            HttpStatusCode.RequestEntityTooLarge => FaultKind.TooLarge,
            _ => FaultKind.Unavailable,
        };
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            var root = json.RootElement;
            return new CreelException(
                new Fault(
                    kind,
                    Text(root, "code") ?? "proxy",
                    Text(root, "error") ?? "the proxy refused it",
                    Text(root, "remedy")
                )
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or HttpRequestException)
        {
            return new CreelException(new Fault(kind, "proxy", $"the proxy answered {(int)answer.StatusCode}"), e);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static CreelException Unanswered(string message, Exception? cause = null) =>
        new(Fault.Unavailable(Absent, message, "creel serve starts it: see whether that runs, and its log"), cause);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
            return new NetworkStream(connection, ownsSocket: true);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
