using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Creel.Core;

namespace Creel.Terminal.Client;

/// <summary>The server's HTTP API. Faults come out as <see cref="CreelException"/>; the token goes in a header and nowhere else.</summary>
internal sealed class ApiClient : IDisposable
{
    private const int LongestError = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;
    private readonly ServerDoor door;
    private readonly string token;

    public ApiClient(ServerDoor door, string token)
    {
        this.door = door;
        this.token = token;
        http = new HttpClient(door.Handler()) { BaseAddress = door.Url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json, application/x-ndjson, text/event-stream");
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancel, TimeSpan longer = default) =>
        SendAsync(HttpMethod.Get, path, null, cancel, longer);

    /// <param name="longer">For so long the server may keep the answer back.</param>
    public async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        byte[]? body,
        CancellationToken cancel,
        TimeSpan longer = default
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience + longer);
        try
        {
            using var response = await OpenAsync(method, path, body, patience.Token);
            await using var answer = await response.Content.ReadAsStreamAsync(patience.Token);
            return await ReadAsync(answer, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.Timeout,
                    "server-slow",
                    $"the server did not answer within {(Patience + longer).TotalSeconds:0} s"
                )
            );
        }
        catch (IOException e)
        {
            throw ServerDoor.Broken(e);
        }
    }

    /// <summary>One JSON value a line, as they come.</summary>
    public async IAsyncEnumerable<JsonElement> LinesAsync(
        HttpMethod method,
        string path,
        byte[]? body,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var response = await OpenAsync(method, path, body, cancel);
        await using var answer = await response.Content.ReadAsStreamAsync(cancel);
        using var reader = new StreamReader(answer, Encoding.UTF8);
        while (await LineAsync(reader, cancel) is { } line)
        {
            if (line.Length > 0)
            {
                yield return Parse(line);
            }
        }
    }

    /// <summary>Server-sent events, as they come.</summary>
    public async IAsyncEnumerable<(string Name, JsonElement Data)> EventsAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var response = await OpenAsync(HttpMethod.Get, path, null, cancel);
        await using var answer = await response.Content.ReadAsStreamAsync(cancel);
        var events = SseParser
            .Create(answer, (name, data) => (name, Parse(Encoding.UTF8.GetString(data))))
            .EnumerateAsync(cancel)
            .GetAsyncEnumerator(cancel);
        await using (events)
        {
            while (await NextAsync(events))
            {
                yield return events.Current.Data;
            }
        }
    }

    /// <summary>Opens a stream into an agent's cell.</summary>
    public Task<AgentStream> StreamAsync(string agent, string query, CancellationToken cancel) =>
        AgentStream.OpenAsync(door, $"agents/{Uri.EscapeDataString(agent)}/streams?{query}", token, cancel);

    public void Dispose() => http.Dispose();

    private static async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (IOException e)
        {
            throw ServerDoor.Broken(e);
        }
    }

    private static async ValueTask<string?> LineAsync(StreamReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel);
        }
        catch (IOException e)
        {
            throw ServerDoor.Broken(e);
        }
    }

    private static async Task<JsonElement> ReadAsync(Stream answer, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(answer, default, cancel);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw NotOurs();
        }
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw NotOurs();
        }
    }

    private static CreelException NotOurs() =>
        new(new Fault(FaultKind.Internal, "not-json", "the server's answer is not JSON", "does --url name a Creel server?"));

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException e)
        {
            throw door.Explain(e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var error = new byte[LongestError];
            var length = await stream.ReadAtLeastAsync(error, error.Length, throwOnEndOfStream: false, cancel);
            throw ApiFault.Of((int)response.StatusCode, error.AsSpan(0, length), $"{method} /{path.Split('?')[0]}");
        }
    }
}
