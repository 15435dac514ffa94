using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Routing;

/// <summary>What a person should know of the rules by which messages find their agents, beside what is plainly wrong.</summary>
public static class BindingExamination
{
    public static IReadOnlyList<RoutingFinding> Of(HabitatModel habitat) =>
        Of(habitat, [.. habitat.Gateway.Channels.All.Values.SelectMany(c => c.Accounts.Values)]);

    /// <param name="accounts">All that there are, also those that only a token speaks of.</param>
    public static IReadOnlyList<RoutingFinding> Of(HabitatModel habitat, IReadOnlyList<ChannelAccountModel> accounts)
    {
        var routing = RoutingReader.Read(habitat, RoutingManner.Creel).Model;
        return
        [
            .. Nobody(routing),
            .. Shadowed(routing.Bindings),
            .. NoAccount(routing.Bindings, accounts),
            .. Unbound(routing, accounts),
            .. Policies(accounts),
        ];
    }

    private static IEnumerable<RoutingFinding> Nobody(RoutingModel routing)
    {
        foreach (var binding in routing.Bindings)
        {
            if (!routing.Agents.Contains(RoutingText.Agent(binding.AgentText)) || binding.AgentText.Trim().Length == 0)
            {
                yield return Warn(
                    binding,
                    $"goes to {Slug.Quote(binding.AgentText)}, which is no agent: what matches it is refused",
                    "add that agent, or correct the agentId"
                );
            }

            if (routing.Channels is { } known && !known.Contains(binding.Channel))
            {
                yield return Warn(
                    binding,
                    "is for a channel that nobody knows",
                    RoutingReader.Meant(binding.Channel, known)?.TrimEnd('.') ?? "write its full name"
                );
            }
        }
    }

    private static IEnumerable<RoutingFinding> Shadowed(IReadOnlyList<BindingModel> bindings)
    {
        foreach (var later in bindings)
        {
            if (bindings.TakeWhile(b => b != later).FirstOrDefault(b => Covers(b, later)) is { } first)
            {
                yield return Warn(
                    later,
                    $"is never reached: bindings[{first.Index}] ({first}) matches all that it matches, and comes first",
                    "take one of the two out, or change their order"
                );
            }
        }
    }

    /// <summary>All that the later one matches, the first matches in the same tier.</summary>
    private static bool Covers(BindingModel first, BindingModel later) =>
        first.Channel == later.Channel
        && Tier(first) == Tier(later)
        && (first.Account is null || first.Account == later.Account)
        && SamePeer(first.Peer, later.Peer)
        && (first.GuildId is null || first.GuildId == later.GuildId)
        && (first.TeamId is null || first.TeamId == later.TeamId)
        && (first.Roles.Count == 0 || (later.Roles.Count > 0 && later.Roles.All(first.Roles.Contains)));

    private static bool SamePeer(Peer? first, Peer? later) =>
        first is null
            ? later is null
            : later is not null
                && first.Id == later.Id
                && RoutingManner.Creel.Fold(first.Kind) == RoutingManner.Creel.Fold(later.Kind);

    private static string Tier(BindingModel binding) =>
        binding switch
        {
            { Peer.Id: Peer.Any } => "wildcard",
            { Peer: not null } => "peer",
            { GuildId: not null, Roles.Count: > 0 } => "roles",
            { GuildId: not null } => "guild",
            { TeamId: not null } => "team",
            { Account: not null } => "account",
            _ => "channel",
        };

    private static IEnumerable<RoutingFinding> NoAccount(
        IReadOnlyList<BindingModel> bindings,
        IReadOnlyList<ChannelAccountModel> accounts
    )
    {
        var there = accounts.ToLookup(a => a.Channel, a => a.Id);
        return bindings
            .Where(b => b.Account is { } account && there.Contains(b.Channel) && !there[b.Channel].Contains(account))
            .Select(b =>
                Warn(
                    b,
                    $"is for the account '{b.Account}', which {b.Channel} does not have: it has "
                        + string.Join(", ", there[b.Channel]),
                    $"give it a token (creel channel login --channel {b.Channel} --account {b.Account}), or correct the accountId"
                )
            );
    }

    private static IEnumerable<RoutingFinding> Unbound(RoutingModel routing, IReadOnlyList<ChannelAccountModel> accounts)
    {
        foreach (var account in accounts.Where(a => a.Enabled))
        {
            // One for a single group leaves all other messages to the default agent.
            if (
                routing.Bindings.Any(b =>
                    b.Channel == account.Channel
                    && (b.Account is null || b.Account == account.Id)
                    && b is { Peer: null, GuildId: null, TeamId: null }
                )
            )
            {
                continue;
            }

            yield return new RoutingFinding(
                $"channel {account.Channel}:{account.Id}",
                Fine: routing.DefaultAgent is not null && account.Id == RoutingText.DefaultAccount,
                LoneAccount.Is(routing, account.Id)
                        ? "no binding names the whole account: other messages are dropped (account_without_binding)"
                    : routing.DefaultAgent is { } agent
                        ? $"no binding names the whole account: other messages go to the default agent '{agent}'"
                    : "no binding names the whole account, and no agent is the default: other messages are refused",
                $"creel agent bind --agent ID --bind {account.Channel}:{account.Id}"
            );
        }
    }

    /// <summary>What holds for each account, wherever it is written.</summary>
    private static IEnumerable<RoutingFinding> Policies(IReadOnlyList<ChannelAccountModel> accounts) =>
        accounts.Select(a => new RoutingFinding(
            $"access {a.Channel}:{a.Id}",
            Fine: !a.Enabled || a.DmPolicy != DmPolicy.Open,
            (a.Enabled ? "" : "disabled; ") + Hears(a),
            a.DmPolicy == DmPolicy.Open ? "everybody may write to it: dmPolicy pairing lets in who has a code" : null
        ));

    private static string Hears(ChannelAccountModel account) =>
        account.Channel != "webchat"
            ? $"direct messages: {Word(account.DmPolicy)} ({account.AllowFrom.Count} on its list); "
                + $"groups: {Word(account.GroupPolicy)} ({(account.GroupAllowFrom ?? account.AllowFrom).Count} on its list)"
        : account.DmPolicy == DmPolicy.Disabled ? "direct messages: disabled"
        : "direct messages: from whoever has its token, and names himself as he likes";

    private static string Word(Enum policy) => policy.ToString().ToLowerInvariant();

    private static RoutingFinding Warn(BindingModel binding, string sentence, string remedy) =>
        new($"bindings[{binding.Index}]", Fine: false, $"{binding} → {binding.AgentText}: it {sentence}", remedy);
}

/// <param name="Name">What it is about.</param>
/// <param name="Fine">It is as one would want it; told all the same.</param>
/// <param name="Remedy">Null where there is nothing to do.</param>
public sealed record RoutingFinding(string Name, bool Fine, string Sentence, string? Remedy);
