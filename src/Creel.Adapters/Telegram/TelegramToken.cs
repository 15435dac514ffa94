using Creel.Core;

namespace Creel.Adapters.Telegram;

/// <summary>A bot's token: its id, a colon, and the secret. It is part of every address that is called, and of no text.</summary>
internal sealed class TelegramToken
{
    private readonly string text;

    private TelegramToken(string text, string bot) => (this.text, Bot) = (text, bot);

    /// <summary>The bot's id, which is no secret.</summary>
    public string Bot { get; }

    /// <exception cref="CreelException">It is none.</exception>
    public static TelegramToken Parse(string text)
    {
        text = text.Trim();
        var colon = text.IndexOf(':');
        var right =
            colon is > 0 and <= 20
            && text.AsSpan(0, colon).IndexOfAnyExceptInRange('0', '9') < 0
            && text.Length - colon is > 10 and < 200
            && text.AsSpan(colon + 1).ContainsAnyExcept(Secret) is false;
        return right
            ? new TelegramToken(text, text[..colon])
            : throw new CreelException(
                Fault.Invalid("telegram-token", "that is no bot token", "copy it from @BotFather: digits, a colon, letters")
            );
    }

    private static readonly System.Buffers.SearchValues<char> Secret = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    public Uri Address(Uri root, string method) => new($"{root.ToString().TrimEnd('/')}/bot{text}/{method}");

    /// <param name="path">As Telegram gave it.</param>
    public Uri File(Uri root, string path) => new($"{root.ToString().TrimEnd('/')}/file/bot{text}/{path}");

    /// <summary>A text of somebody else's, in case he repeats it.</summary>
    public string Without(string message) => message.Replace(text, "***").Replace(text[(text.IndexOf(':') + 1)..], "***");

    public override string ToString() => $"the token of bot {Bot}";
}
