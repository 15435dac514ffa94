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

    /// <summary>An account that is known by its token alone holds to what its channel says.</summary>
    public static ChannelAccountModel Unwritten(HabitatModel? habitat, IChannelKind kind, string account) =>
        habitat?.Gateway.Channels.All.GetValueOrDefault(kind.Channel) is { } channel
            ? channel.Accounts[channel.DefaultAccount] with
            {
                Id = account,
                Name = account,
                Implied = false,
                Enabled = channel.Enabled,
                Token = null,
                WebhookUrl = null,
                WebhookSecret = null,
                AllowFrom = [],
                GroupAllowFrom = null,
            }
            : kind.Unwritten(account);

    private static ChannelAccount Id(ChannelAccountModel account) => ChannelAccount.Of(account.Channel, account.Id);
}
