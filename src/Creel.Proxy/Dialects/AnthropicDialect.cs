namespace Creel.Proxy.Dialects;

/// <summary>Anthropic's Messages API.</summary>
internal sealed class AnthropicDialect : IDialect
{
    public CallReading Read(string method, string path, ReadOnlyMemory<byte> body, CallTerms terms) =>
        (method, EndpointPath.Trim(path)) switch
        {
            ("POST", "/messages") => RequestBody.Read(body, request => AnthropicRequest.Read(request, terms)),
            // It counts; it calls no model, and costs nothing.
            ("POST", "/messages/count_tokens") or ("GET", "/models") => new CallReading.Asks(CallAsk.Free(null, body)),
            ("GET", var other) when EndpointPath.IsBelow(other, "/models/") => new CallReading.Asks(CallAsk.Free(null, body)),
            _ => EndpointPath.Unknown(method, path),
        };

    public IUsageMeter? Meter(CallAsk ask, string? contentType) =>
        (ask.Kind, ContentKinds.Of(contentType)) switch
        {
            (CallKind.Messages, ContentKind.Events) => new EventMeter(new AnthropicEvents()),
            (CallKind.Messages, ContentKind.Json) => new JsonMeter(AnthropicUsage.Read),
            _ => null,
        };
}
