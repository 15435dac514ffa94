using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Creel.Adapters.Tls;

namespace Creel.Adapters.Telegram;

/// <summary>The documented Bot API: a method, its parameters as JSON, its result.</summary>
internal sealed class TelegramApi : IDisposable
{
    /// <summary>Bytes of an answer: a hundred updates are far less.</summary>
    private const int LongestAnswer = 16 * 1024 * 1024;

    private readonly HttpClient http;
    private readonly TelegramToken token;
    private readonly Uri root;

    public TelegramApi(TelegramToken token, Uri root, Uri? proxy)
    {
        (this.token, this.root) = (token, root);
        // What we trace here is no business of Telegram's.
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                Proxy = proxy is null ? null : new WebProxy(proxy),
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                SslOptions = PeerChain.Options,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    public string Bot => token.Bot;

    /// <param name="patience">How long an answer may take.</param>
    /// <returns>The <c>result</c>.</returns>
    /// <exception cref="TelegramException">It refused, or there was no answer.</exception>
    public Task<JsonElement> CallAsync(
        string method,
        Action<Utf8JsonWriter> parameters,
        TimeSpan patience,
        CancellationToken cancel
    ) => CallAsync(method, Body(parameters), patience, cancel);

    /// <summary>As the other, with a body of the caller's.</summary>
    public async Task<JsonElement> CallAsync(string method, HttpContent body, TimeSpan patience, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, token.Address(root, method)) { Content = body };
            using var answer = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
            var bytes = await answer.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return Result(method, answer.StatusCode, bytes);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TelegramException(0, $"{root.Host} did not answer {method} within {patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            // Its own text may hold what it was given; the kind of error says enough.
            throw new TelegramException(0, token.Without($"{root.Host} can't be reached: {Kind(e)}"));
        }
    }

    /// <summary>A file that Telegram keeps for the bot. Its address, which has the token in it, is nobody's but ours.</summary>
    /// <param name="most">Bytes.</param>
    /// <returns>Null: it has more.</returns>
    /// <exception cref="TelegramException">It is not given.</exception>
    public async Task<byte[]?> FileAsync(string path, long most, CancellationToken cancel)
    {
        if (path.Length == 0 || path.Split('/').Any(part => part is "" or "." or "..") || path.AsSpan().ContainsAny("?#%\\:"))
        {
            throw new TelegramException(502, $"{root.Host} named a file by no path");
        }

        try
        {
            using var answer = await http.GetAsync(token.File(root, path), HttpCompletionOption.ResponseHeadersRead, cancel)
                .ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw new TelegramException(
                    (int)answer.StatusCode,
                    $"{root.Host} does not give the file (HTTP {(int)answer.StatusCode})"
                );
            }

            return answer.Content.Headers.ContentLength > most
                ? null
                : await ReadAsync(answer.Content, most, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new TelegramException(0, token.Without($"{root.Host} can't be reached: {Kind(e)}"));
        }
        catch (IOException)
        {
            throw new TelegramException(0, $"{root.Host} broke off");
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContent content, long most, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            if (all.Length + count > most)
            {
                return null;
            }

            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public void Dispose() => http.Dispose();

    private static string Kind(HttpRequestException e) =>
        e.InnerException is System.Net.Sockets.SocketException socket
            ? socket.SocketErrorCode.ToString()
            : e.HttpRequestError.ToString();

    private static ByteArrayContent Body(Action<Utf8JsonWriter> parameters)
    {
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            parameters(json);
            json.WriteEndObject();
        }

        var content = new ByteArrayContent(body.WrittenSpan.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private JsonElement Result(string method, HttpStatusCode status, byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var answer = json.RootElement;
            if (Json.Flag(answer, "ok") == true && answer.TryGetProperty("result", out var result))
            {
                return result.Clone();
            }

            var parameters = Json.Object(answer, "parameters");
            throw new TelegramException(
                (int)(Json.Number(answer, "error_code") ?? (long)status),
                token.Without(Json.Text(answer, "description") ?? $"{method} failed with HTTP {(int)status}"),
                Json.Number(parameters, "retry_after") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 3600)) : null,
                Json.Number(parameters, "migrate_to_chat_id")
            );
        }
        catch (JsonException)
        {
            throw new TelegramException(
                status == HttpStatusCode.OK ? 502 : (int)status,
                $"{root.Host} answered {method} with HTTP {(int)status} and no JSON"
            );
        }
    }
}
