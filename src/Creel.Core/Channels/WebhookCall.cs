namespace Creel.Core.Channels;

/// <summary>A channel that the messenger calls.</summary>
public interface IWebhookChannel : IChannel
{
    /// <returns>The HTTP status: 200 when all is kept, 401 for a wrong secret, 404 where no webhook is wanted, 503 to be called again.</returns>
    Task<int> TakeAsync(WebhookCall call, CancellationToken cancel);
}

/// <param name="Header">The one value of a header; null where it is missing or there twice.</param>
public sealed record WebhookCall(Func<string, string?> Header, ReadOnlyMemory<byte> Body);
