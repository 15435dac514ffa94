using System.Net;
using System.Net.Http.Headers;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;

namespace Creel.Proxy.Offline;

/// <summary>
/// Stands where the HTTP client stands, and speaks Anthropic's and OpenAI's API. It is no model, says so, and sends nothing
/// anywhere; all around it (limits, book, streams, a client that leaves) is as with a provider.
/// </summary>
internal sealed class OfflineUpstream : HttpMessageHandler
{
    /// <summary>In each of its answers.</summary>
    public const string Mark = "x-creel-offline";

    private readonly RuleTurns turns = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (!request.Options.TryGetValue(OfflineCall.Key, out var call))
        {
            throw new InvalidOperationException("a request that is not for the offline upstream");
        }

        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false) : [];
        var answer = Answer(call, body, cancel);
        answer.RequestMessage = request;
        answer.Headers.Add(Mark, "no model");
        answer.Headers.Add(call.Dialect == Dialect.Anthropic ? "request-id" : "x-request-id", $"req_{call.Id:N}");
        return answer;
    }

    private HttpResponseMessage Answer(OfflineCall call, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        (call.Dialect, call.Method, EndpointPath.Trim(call.Path)) switch
        {
            (_, "POST", "/messages" or "/chat/completions" or "/responses" or "/embeddings") when Tokens.Of(body) > call.Window =>
                TooLong(call, Tokens.Of(body)),
            (Dialect.Anthropic, "POST", "/messages") => Say(call, Messages.Read(body), new MessagesVoice(call.Id), cancel),
            (Dialect.Anthropic, "POST", "/messages/count_tokens") => Json(200, Messages.Count(body)),
            (Dialect.OpenAi, "POST", "/chat/completions") => Say(call, Chat.Read(body), new ChatVoice(call.Id), cancel),
            (Dialect.OpenAi, "POST", "/responses") => Say(call, Responses.Read(body), new ResponsesVoice(call.Id), cancel),
            (Dialect.OpenAi, "POST", "/embeddings") => Json(200, Embeddings.Of(body)),
            (_, "GET", "/models") => Json(200, Catalogue.All(call)),
            (_, "GET", var path) when EndpointPath.IsBelow(path, "/models/") => Catalogue.One(call, path["/models/".Length..])
                is { } model
                ? Json(200, model)
                : Fail(call.Dialect, 404, "no such model"),
            _ => Fail(call.Dialect, 404, "Creel's offline stand-in does not answer such calls"),
        };

    private HttpResponseMessage Say(OfflineCall call, Asked asked, IVoice voice, CancellationToken cancel)
    {
        var rule = turns.Take(call, asked);
        if (rule.Error is { } status)
        {
            var message = rule.Text is { } text ? Answers.Fill(text, call, asked) : "this error is scripted";
            return Fail(call.Dialect, status, message, rule.RetryAfter);
        }

        var answer = Answers.Of(rule, call, asked);
        var pieces = asked.Streams ? voice.Events(asked, answer) : Pieces.Whole(voice.Whole(asked, answer), answer);
        var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StreamContent(new PacedStream(pieces, rule.Delay, rule.Cut, cancel)),
        };
        response.Content.Headers.ContentType = asked.Streams
            ? new MediaTypeHeaderValue("text/event-stream", "utf-8")
            : new MediaTypeHeaderValue("application/json");
        return response;
    }

    /// <summary>As the providers do: what does not fit into the model's window costs nothing.</summary>
    private static HttpResponseMessage TooLong(OfflineCall call, long tokens) =>
        Fail(call.Dialect, 400, $"prompt is too long: {tokens} tokens > {call.Window} maximum", code: "context_length_exceeded");

    private static HttpResponseMessage Fail(
        Dialect dialect,
        int status,
        string message,
        int? retryAfter = null,
        string? code = null
    )
    {
        var response = Json(status, ErrorBody.Of(dialect, status, code ?? Code(status), $"offline: {message}"));
        if (retryAfter is { } seconds)
        {
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        }

        return response;
    }

    private static string? Code(int status) =>
        status switch
        {
            401 => "invalid_api_key",
            404 => "model_not_found",
            429 => "rate_limit_exceeded",
            _ => null,
        };

    private static HttpResponseMessage Json(int status, byte[] body)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return response;
    }
}
