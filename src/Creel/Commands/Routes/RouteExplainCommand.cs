using System.CommandLine;
using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Terminal;

namespace Creel.Commands.Routes;

/// <summary><c>creel route explain</c>: who gets a message, and for every tier why it did or did not decide.</summary>
internal static class RouteExplainCommand
{
    /// <summary>Rules shown of each tier: a tier may have thousands.</summary>
    private const int Shown = 5;

    public static Command Build(Cli cli)
    {
        var channel = new Option<string>("--channel") { Description = "The messenger: telegram, whatsapp, …", Required = true };
        var account = new Option<string?>("--account")
        {
            Description = "The account on it; else the default one",
            HelpName = "ID",
        };
        var peer = PeerOption.Build("--peer", "The conversation: direct, group or channel, and its id");
        var parent = PeerOption.Build("--parent", "What the conversation is a thread or a topic of");
        var guild = new Option<string?>("--guild") { Description = "Discord's server", HelpName = "ID" };
        var team = new Option<string?>("--team") { Description = "Slack's workspace", HelpName = "ID" };
        var roles = new Option<string[]>("--role") { Description = "A role of the sender; may be given again", HelpName = "ID" };
        var (file, manner) = (RouteHabitat.File(), RouteHabitat.As());
        var command = new Command("explain", "Who gets a message, and for every tier why it did or did not decide")
        {
            channel,
            account,
            peer,
            parent,
            guild,
            team,
            roles,
            file,
            manner,
        };
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                var source = new MessageSource(call.Value(channel), call.Value(account))
                {
                    Peer = call.Value(peer),
                    ParentPeer = call.Value(parent),
                    GuildId = call.Value(guild),
                    TeamId = call.Value(team),
                    MemberRoleIds = call.Value(roles) ?? [],
                };
                var chosen = RouteHabitat.Manner(call.Value(manner));
                var (reading, habitat) = await RouteHabitat.ReadAsync(call, call.Value(file), chosen, cancel);
                var explained = new RouteExplainer(reading.Model).Explain(source);
                var broadcast = Broadcast(reading.Model, habitat.Gateway.Broadcast, explained);
                return Answer(call, broadcast is null ? Alone(reading.Model, explained) : explained, broadcast);
            }
        );
    }

    /// <summary>Whom the gateway gives the message in the place of the one that the bindings find; those of a version of OpenClaw it is not asked for.</summary>
    private static BroadcastView? Broadcast(RoutingModel routing, BroadcastModel broadcast, RouteExplanation explained) =>
        routing.Manner == RoutingManner.Creel
        && explained.Outcome is RouteOutcome.Found { Route: var route }
        && BroadcastTargets.Of(routing, broadcast, explained.Source, route) is { } all
            ? new BroadcastView(broadcast.Sequential, all)
            : null;

    /// <summary>The router finds the default agent; the gateway drops it before that.</summary>
    private static RouteExplanation Alone(RoutingModel routing, RouteExplanation explained) =>
        explained.Outcome is RouteOutcome.Found { Route: var route } && LoneAccount.Objection(routing, route) is { } why
            ? explained with
            {
                Outcome = new RouteOutcome.Refused(route.MatchedBy, route.Binding, why),
            }
            : explained;

    private static int Answer(Call call, RouteExplanation explained, BroadcastView? broadcast)
    {
        var refused = (explained.Outcome as RouteOutcome.Refused)?.Why;
        if (call.Json)
        {
            call.Print(RouteView.Of(explained, broadcast));
        }
        else
        {
            People(call, explained, broadcast);
        }

        return refused is null ? ExitCodes.Ok : ExitCodes.Refused;
    }

    private static void People(Call call, RouteExplanation explained, BroadcastView? broadcast)
    {
        switch (explained.Outcome)
        {
            case RouteOutcome.Found { Route: var unasked } when broadcast is not null:
                call.Say(
                    $"→ {string.Join(", ", broadcast.Agents.Select(a => a.Agent))}   by broadcast[{explained.Source.Peer!.Id}], "
                        + (broadcast.Sequential ? "one after the other" : "at the same time")
                );
                foreach (var target in broadcast.Agents)
                {
                    call.Say($"  session {target.SessionKey}");
                }

                call.Say($"  It wins over the bindings, by which it would go to {unasked.Agent}:");
                break;
            case RouteOutcome.Found { Route: var route }:
                var by = route.Binding is { } binding ? $"{route.MatchedBy.Word()}, bindings[{binding}]" : "the default agent";
                call.Say($"→ {route.Agent}   by {by}");
                call.Say($"  session {route.SessionKey}");
                break;
            case RouteOutcome.Refused { Why: var why }:
                call.Say($"✗ nobody: {why.Message}");
                if (why.Remedy is { } remedy)
                {
                    call.Say($"  → {remedy}");
                }

                break;
        }

        call.Say("");
        var table = new TextTable("TIER", "", "WHY");
        var decided = false;
        foreach (var tier in explained.Tiers)
        {
            Add(table, tier, explained.Outcome, decided);
            decided |= tier.Winner is not null;
        }

        call.Show(table);
        if (explained.Elsewhere > 0)
        {
            call.Say($"{explained.Elsewhere} more of the bindings speak of another channel or account.");
        }
    }

    private static string Why(RuleExplanation rule, bool won, bool decided) =>
        won ? $"goes to {rule.Agent}"
        : rule.WhyNot is { } why ? why
        : decided ? "holds, but an earlier tier decided"
        : "holds, but an earlier binding decided";

    private static void Add(TextTable table, TierExplanation tier, RouteOutcome outcome, bool decided)
    {
        var name = tier.Tier.Word();
        if (tier.Tier == RouteTier.Default)
        {
            var sentence =
                decided ? "not needed"
                : outcome is RouteOutcome.Found found ? found.Route.Agent
                : outcome is RouteOutcome.Refused { Why.Code: LoneAccount.Code } ? "not for an account of its own"
                : "there is none";
            table.Add(
                name,
                decided ? ""
                    : outcome is RouteOutcome.Found ? "✓"
                    : "✗",
                sentence
            );
            return;
        }

        if (tier.Skipped is { } skipped || tier.Rules.Count == 0)
        {
            table.Add(name, "", tier.Skipped ?? "no binding of this kind for this channel and account");
            return;
        }

        var first = true;
        foreach (var rule in tier.Rules.Take(Shown))
        {
            var won = rule.Binding == tier.Winner;
            var refused = won && outcome is RouteOutcome.Refused;
            table.Add(
                first ? name : "",
                refused ? "✗"
                    : won ? "✓"
                    : "",
                $"bindings[{rule.Binding}] {Why(rule, won, decided)}"
            );
            first = false;
        }

        if (tier.Rules.Count > Shown)
        {
            table.Add("", "", $"and {tier.Rules.Count - Shown} more (--json shows all)");
        }
    }
}
