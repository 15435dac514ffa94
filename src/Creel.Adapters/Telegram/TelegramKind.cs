using System.Diagnostics.CodeAnalysis;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;

namespace Creel.Adapters.Telegram;

/// <summary>Bots of Telegram.</summary>
public sealed class TelegramKind(TimeProvider time) : IChannelKind
{
    private static readonly string[] Prefixes = ["telegram:", "tg:"];

    public string Channel => "telegram";

    public string? TokenVariable => "TELEGRAM_BOT_TOKEN";

    public bool WantsToken => true;

    public IReadOnlyList<string>? Signs => TelegramReactions.All;

    /// <summary>Numbers alone: a name can be taken by another one tomorrow.</summary>
    public bool SenderId(string text, [NotNullWhen(true)] out string? id)
    {
        id = Bare(text);
        if (id.Length is > 0 and <= 20 && id.All(char.IsAsciiDigit))
        {
            return true;
        }

        id = null;
        return false;
    }

    public string PeerId(string text) => Bare(text);

    public bool Alike(ChannelAccountModel one, ChannelAccountModel other) =>
        TelegramSettings.Of(one, null, check: false) == TelegramSettings.Of(other, null, check: false);

    public IChannel Open(ChannelAccountModel account, AccountSecrets secrets) =>
        new TelegramChannel(
            ChannelAccount.Of(account.Channel, account.Id),
            TelegramSettings.Of(account, secrets.WebhookSecret),
            TelegramToken.Parse(secrets.Token ?? ""),
            time
        );

    private static string Bare(string text)
    {
        text = text.Trim();
        foreach (var prefix in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                text = text[prefix.Length..].Trim();
            }
        }

        return text;
    }
}
