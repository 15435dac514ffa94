using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>The small sign on a message that was taken: which one, where the messenger has it.</summary>
public static class AckSigns
{
    public const string Usual = "👀";

    /// <summary>Chooses a sign's colour; the sign is the same with it.</summary>
    private const string Coloured = "\ufe0f";

    /// <summary>What somebody wrote for the account; null: nobody did.</summary>
    public static string? Written(ChannelAccountModel account, MessagesModel messages) =>
        (account.AckReaction ?? messages.AckReaction)?.Trim();

    /// <returns>As the messenger writes it; null: it has no such sign.</returns>
    public static string? Find(IChannelKind kind, string sign) =>
        kind.Signs is not { } all ? sign : all.FirstOrDefault(s => Bare(s) == Bare(sign));

    /// <summary>Those that were written and that a messenger has not, for who asks why no message gets one.</summary>
    public static IEnumerable<RoutingFinding> Examine(
        IEnumerable<ChannelAccountModel> accounts,
        MessagesModel messages,
        IReadOnlyCollection<IChannelKind> kinds
    ) =>
        from account in accounts
        where account.Enabled
        let kind = kinds.FirstOrDefault(k => k.Channel == account.Channel)
        where kind is not null
        let sign = Written(account, messages)
        where sign is { Length: > 0 } && Find(kind, sign) is null
        select new RoutingFinding(
            $"sign {account.Channel}:{account.Id}",
            Fine: false,
            $"{account.Channel} has no sign {Slug.Quote(sign)} (ackReaction): no message gets one",
            $"one of {string.Join(' ', kind.Signs!)}, or \"\" for none"
        );

    private static string Bare(string sign) => sign.Replace(Coloured, "", StringComparison.Ordinal);
}
