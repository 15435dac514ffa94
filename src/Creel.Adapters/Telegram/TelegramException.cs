namespace Creel.Adapters.Telegram;

/// <summary>The Bot API refused, or could not be asked. The message holds no token.</summary>
/// <param name="code">Its <c>error_code</c>; 0: there was no answer.</param>
internal sealed class TelegramException(int code, string message, TimeSpan? retryAfter = null, long? movedTo = null)
    : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>What it asked for with a 429.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The group has become a supergroup of this id.</summary>
    public long? MovedTo { get; } = movedTo;

    /// <summary>The token is wrong or was taken back: trying again changes nothing.</summary>
    public bool IsToken => Code is 401 or 404;
}
