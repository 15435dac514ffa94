namespace Creel.Terminal.Client;

/// <summary>Keeps what the server says when it refuses an upgrade: the WebSocket client would throw the sentence away.</summary>
internal sealed class RefusalKeeper(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Longest = 1 << 16;

    /// <summary>The status and the body of the answer, where it was a refusal.</summary>
    public (int Status, byte[] Body)? Refusal { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.SwitchingProtocols)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var body = new byte[Longest];
            var length = await stream.ReadAtLeastAsync(body, Longest, throwOnEndOfStream: false, cancellationToken);
            Refusal = ((int)response.StatusCode, body[..length]);
        }

        return response;
    }
}
