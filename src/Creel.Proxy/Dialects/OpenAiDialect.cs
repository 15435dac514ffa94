namespace Creel.Proxy.Dialects;

/// <summary>OpenAI's API, and what speaks it as well: chat completions, responses, embeddings.</summary>
internal sealed class OpenAiDialect : IDialect
{
    public CallReading Read(string method, string path, ReadOnlyMemory<byte> body, CallTerms terms) =>
        (method, EndpointPath.Trim(path)) switch
        {
            ("POST", "/chat/completions") => RequestBody.Read(body, request => OpenAiChatRequest.Read(request, terms)),
            ("POST", "/responses") => RequestBody.Read(body, request => OpenAiResponsesRequest.Read(request, terms)),
            ("POST", "/embeddings") => RequestBody.Read(body, request => OpenAiEmbeddingsRequest.Read(request, terms)),
            ("GET", "/models") => new CallReading.Asks(CallAsk.Free(null, body)),
            ("GET", var other) when EndpointPath.IsBelow(other, "/models/") => new CallReading.Asks(CallAsk.Free(null, body)),
            _ => EndpointPath.Unknown(method, path),
        };

    public IUsageMeter? Meter(CallAsk ask, string? contentType) =>
        (ask.Kind, ContentKinds.Of(contentType)) switch
        {
            (CallKind.Chat, ContentKind.Events) => new EventMeter(new OpenAiChatEvents(), ask.HidesUsage),
            (CallKind.Responses, ContentKind.Events) => new EventMeter(new OpenAiResponsesEvents()),
            (CallKind.Free, _) or (_, not ContentKind.Json) => null,
            _ => new JsonMeter(OpenAiUsage.Read),
        };
}
