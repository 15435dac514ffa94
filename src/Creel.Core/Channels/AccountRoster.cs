using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>Which accounts there are: those that the habitat names, and those that somebody gave a token.</summary>
public static class AccountRoster
{
    /// <param name="kept">The accounts that the gateway keeps a token of.</param>
    /// <param name="lookup">The variables that a token may be in.</param>
    public static IReadOnlyList<ChannelAccountModel> Of(
        HabitatModel habitat,
        IReadOnlyCollection<IChannelKind> kinds,
        IReadOnlyCollection<ChannelAccount> kept,
        Func<string, string?> lookup
    )
    {
        var known = kinds
            .Where(k => k.TokenVariable is { } variable && !string.IsNullOrWhiteSpace(lookup(variable)))
            .Select(k => new ChannelAccount(k.Channel, RoutingText.DefaultAccount))
            .Concat(kept)
            .Where(a => kinds.Any(k => k.Channel == a.Channel))
            .ToHashSet();
        var written = habitat
            .Gateway.Channels.All.Values.SelectMany(c => c.Accounts.Values)
            .Where(a => !a.Implied || known.Contains(Id(a)) || known.All(k => k.Channel != a.Channel))
            .ToList();
        var named = written.Select(Id).ToHashSet();
        return
        [
            .. written,
            .. known
                .Where(a => !named.Contains(a))
                .OrderBy(a => a.ToString(), StringComparer.Ordinal)
                .Select(a => Unwritten(habitat, kinds.First(k => k.Channel == a.Channel), a.Account)),
        ];
    }

    /// <summary>
    /// An account that is known by its token alone holds to what its channel says, as if its section were empty; but where a messenger
    /// calls is one bot's.
    /// </summary>
    public static ChannelAccountModel Unwritten(HabitatModel? habitat, IChannelKind kind, string account) =>
        habitat?.Gateway.Channels.All.GetValueOrDefault(kind.Channel) is { } channel
            ? channel.Unwritten(account) with
            {
                WebhookUrl = null,
                WebhookSecret = null,
            }
            : kind.Unwritten(account);

    /// <summary>What holds for an account, whether somebody wrote it or it is known by its token alone; null: no channel of it is written.</summary>
    /// <param name="account">Null: the one that answers where none is named.</param>
    public static ChannelAccountModel? Rules(HabitatModel habitat, string channel, string? account) =>
        habitat.Gateway.Channels.All.GetValueOrDefault(RoutingText.Channel(channel)) is not { } written ? null
        : written.Accounts.GetValueOrDefault(account is null ? written.DefaultAccount : RoutingText.Account(account)) is { } model
            ? model
        : written.Unwritten(RoutingText.Account(account));

    private static ChannelAccount Id(ChannelAccountModel account) => ChannelAccount.Of(account.Channel, account.Id);
}
