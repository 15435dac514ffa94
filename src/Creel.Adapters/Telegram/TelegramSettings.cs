using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats.Gateway;

namespace Creel.Adapters.Telegram;

/// <summary>What is said about a bot beside whom it listens to.</summary>
/// <param name="Webhook">Telegram calls us there; null: we ask it.</param>
/// <param name="Proxy">Calls go through it; null: as the environment says.</param>
/// <param name="Previews">Links in messages are shown with what they lead to.</param>
/// <param name="Menu">The bot has a menu of the gateway's commands.</param>
internal sealed record TelegramSettings(Uri Root, Uri? Webhook, string? WebhookSecret, Uri? Proxy, bool Previews, bool Menu)
{
    private const string UsualRoot = "https://api.telegram.org";
    private const int LongestSecret = 256;

    /// <exception cref="CreelException">They can't work.</exception>
    public static TelegramSettings Of(ChannelAccountModel account, string? secret, bool check = true)
    {
        using var all = JsonDocument.Parse(account.Settings);
        var root = Address(account, "apiRoot", Json.Text(all.RootElement, "apiRoot")) ?? new Uri(UsualRoot);
        var webhook = Address(account, "webhookUrl", account.WebhookUrl);
        if (check && webhook is not null && (secret is null || !IsSecret(secret)))
        {
            throw new CreelException(
                Fault.Invalid(
                    "telegram-webhook-secret",
                    $"channels.telegram.webhookUrl of account {account.Id} wants a webhookSecret: 1 to 256 letters, digits, _ or -",
                    "without one anybody could send messages in the name of anybody"
                )
            );
        }

        return new TelegramSettings(
            root,
            webhook,
            secret,
            Address(account, "proxy", Json.Text(all.RootElement, "proxy")),
            Json.Flag(all.RootElement, "linkPreview") ?? true,
            account.NativeCommands
        );
    }

    private static bool IsSecret(string text) =>
        text.Length <= LongestSecret && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static Uri? Address(ChannelAccountModel account, string key, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CreelException(
                Fault.Invalid("telegram-address", $"channels.telegram.{key} of account {account.Id} is no http or https address")
            );
    }
}
