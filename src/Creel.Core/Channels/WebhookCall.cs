namespace Creel.Core.Channels;

/// <summary>A channel that the messenger calls.</summary>
public interface IWebhookChannel : IChannel
{
    /// <summary>Before anything of the body is read: whether the caller has the secret.</summary>
    /// <returns>Null: he may go on; else the HTTP status, 401 for a wrong secret, 404 where no webhook is wanted.</returns>
    int? Refuse(Func<string, string?> header);

    /// <returns>The HTTP status: 200 when all is kept, 401 for a wrong secret, 404 where no webhook is wanted, 503 to be called again.</returns>
    Task<int> TakeAsync(WebhookCall call, CancellationToken cancel);
}

/// <param name="Header">The one value of a header; null where it is missing or there twice.</param>
public sealed record WebhookCall(Func<string, string?> Header, ReadOnlyMemory<byte> Body);
