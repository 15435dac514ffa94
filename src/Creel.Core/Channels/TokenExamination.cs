using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>Where each account's token is, for who asks why one is silent. It tells the place, and never the token.</summary>
public static class TokenExamination
{
    /// <param name="accounts">See <see cref="AccountRoster"/>.</param>
    /// <param name="kept">The accounts that the gateway keeps a token of.</param>
    /// <param name="lookup">The variables that are set where this is asked.</param>
    public static IEnumerable<RoutingFinding> Of(
        IEnumerable<ChannelAccountModel> accounts,
        IReadOnlyCollection<IChannelKind> kinds,
        IReadOnlyCollection<ChannelAccount> kept,
        Func<string, string?> lookup
    ) =>
        accounts
            .Where(a => a.Enabled && kinds.Any(k => k.Channel == a.Channel && k.WantsToken))
            .Select(a => Of(a, kept.Contains(ChannelAccount.Of(a.Channel, a.Id)), lookup));

    private static RoutingFinding Of(ChannelAccountModel account, bool kept, Func<string, string?> lookup)
    {
        var place = account.Token switch
        {
            SecretSource.Text => "is in the habitat",
            SecretSource.File file => $"is in {file.Path}",
            SecretSource.Variable variable when lookup(variable.Name) is { Length: > 0 } => $"is in {variable.Name}",
            _ when kept => "is kept by the gateway (creel channel login)",
            SecretSource.Variable variable => $"is nowhere: no login left one, and {variable.Name} is not set here",
            _ => "is nowhere: the habitat says none, and no login left one",
        };
        return new RoutingFinding(
            $"token {account.Channel}:{account.Id}",
            Fine: !place.StartsWith("is nowhere", StringComparison.Ordinal),
            $"its token {place}",
            $"creel channel login --channel {account.Channel} --account {account.Id}"
        );
    }
}
