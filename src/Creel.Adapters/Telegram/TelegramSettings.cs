using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Adapters.Telegram;

/// <summary>What is said about a bot beside whom it listens to.</summary>
/// <param name="Webhook">Telegram calls us there; null: we ask it.</param>
internal sealed record TelegramSettings(Uri Root, Uri? Webhook, string? WebhookSecret)
{
    private const string UsualRoot = "https://api.telegram.org";
    private const int LongestSecret = 256;

    /// <exception cref="CreelException">They can't work.</exception>
    public static TelegramSettings Of(AccountModel account)
    {
        var root = Address(account, "apiRoot") ?? new Uri(UsualRoot);
        var (webhook, secret) = (Address(account, "webhookUrl"), account.Text("webhookSecret"));
        if (webhook is not null && (secret is null || !IsSecret(secret)))
        {
            throw new CreelException(
                Fault.Invalid(
                    "telegram-webhook-secret",
                    $"{account.Place}.webhookUrl wants a webhookSecret: 1 to 256 letters, digits, _ or -",
                    "without one anybody could send messages in the name of anybody"
                )
            );
        }

        return new TelegramSettings(root, webhook, secret);
    }

    private static bool IsSecret(string text) =>
        text.Length <= LongestSecret && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static Uri? Address(AccountModel account, string key)
    {
        if (account.Text(key) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CreelException(Fault.Invalid("telegram-address", $"{account.Place}.{key} is no http or https address"));
    }
}
