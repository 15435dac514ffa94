using System.CommandLine;
using Creel.Commands.Routes;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Tools;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands.Tools;

/// <summary><c>creel tool explain</c>: which tools an agent has, and which step of the configuration took each other one away.</summary>
internal static class ToolExplainCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var model = new Option<string?>("--model")
        {
            Description = "With this model, instead of its own",
            HelpName = "PROVIDER/MODEL",
        };
        var subagent = new Option<bool>("--subagent") { Description = "In a turn that another turn asked for" };
        var guest = new Option<bool>("--not-owner") { Description = "For somebody who is no owner" };
        var channel = new Option<string?>("--channel") { Description = "Where somebody speaks", HelpName = "NAME" };
        var account = new Option<string?>("--account")
        {
            Description = "The account there; else the default one",
            HelpName = "ID",
        };
        var peer = PeerOption.Build("--peer", "The conversation there: direct, group or channel, and its id");
        var sender = new Option<string?>("--sender") { Description = "Who they are there", HelpName = "ID" };
        var username = new Option<string?>("--username") { Description = "What they are called there", HelpName = "NAME" };
        var file = RouteHabitat.File();
        var command = new Command("explain", "Which tools an agent has, and which step took each other one away")
        {
            agent,
            model,
            subagent,
            guest,
            channel,
            account,
            peer,
            sender,
            username,
            file,
        };
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                var path = await RouteHabitat.PathAsync(call, call.Value(file), cancel);
                var (habitat, problems) = call.Parts.Habitats.Read(path, true);
                var chosen = Find(habitat ?? throw new HabitatException(problems), call.Value(agent)!);
                var asked = call.Value(model) ?? chosen.Model ?? "";
                var slash = asked.IndexOf('/', StringComparison.Ordinal);
                var question = new ToolQuestion(
                    slash < 0 ? "" : asked[..slash],
                    asked[(slash + 1)..],
                    call.Value(subagent),
                    (habitat.Gateway.Agents.GetValueOrDefault(chosen.Id)?.Subagents ?? new()).MaxSpawnDepth <= 1,
                    !call.Value(guest),
                    Limits(
                        habitat,
                        chosen,
                        call.Value(account),
                        call.Value(peer),
                        new Speaker(call.Value(channel), call.Value(sender), call.Value(username))
                    )
                );
                return Answer(call, chosen, asked, question, call.Value(channel), call.Value(sender));
            }
        );
    }

    /// <summary>What the room and the sender are limited to, as a message of theirs would bring it.</summary>
    private static IReadOnlyList<ToolLimit> Limits(HabitatModel habitat, AgentModel agent, string? at, Peer? peer, Speaker who)
    {
        if (who.Channel is null && (peer, who.Id, who.Username) is not (null, null, null))
        {
            throw new CreelException(Fault.Invalid("channel", "nobody speaks nowhere", "say where: --channel telegram"));
        }

        var limits = new List<ToolLimit>();
        if (peer is not null && AccountRoster.Rules(habitat, who.Channel!, at) is { } account)
        {
            var topic = peer.Id.IndexOf(":topic:", StringComparison.Ordinal);
            var parent = topic < 0 ? null : peer with { Id = peer.Id[..topic] };
            if (RoomPlaces.Tools(account, peer, parent, (parent ?? peer).Id, who) is { } limit)
            {
                limits.Add(limit);
            }
        }

        var speakers = who.Channel is null ? [] : (IReadOnlyList<Speaker>)[who];
        return new TurnBehalf(true) { Speakers = speakers, Limits = limits }
            .With(agent.Mind.Tools)
            .Limits;
    }

    private static AgentModel Find(HabitatModel habitat, string id) =>
        habitat.Agents.FirstOrDefault(a => a.Id.Value == id)
        ?? throw new CreelException(
            Fault.NotFound(
                "agent-unknown",
                $"there is no agent '{id}' in this habitat",
                $"it has: {string.Join(", ", habitat.Agents.Take(20).Select(a => a.Id))}"
            )
        );

    private static int Answer(Call call, AgentModel agent, string model, ToolQuestion question, string? channel, string? sender)
    {
        var rules = agent.Mind.Tools;
        var resolved = ToolPolicy.Resolve(rules, question, ToolNames.All);
        var elevated = channel is null ? null : ElevatedPolicy.Objection(rules, channel, sender) ?? "";
        if (call.Json)
        {
            call.Print(
                new
                {
                    agent = agent.Id.Value,
                    model,
                    brain = agent.Brain.Kind,
                    tools = resolved.Verdicts.Select(v => new
                    {
                        tool = v.Tool,
                        there = v.There && ToolNames.Native.Contains(v.Tool),
                        allowed = v.There,
                        removedBy = v.Step,
                        why = v.Why,
                    }),
                    limits = (question.Limits ?? []).Select(l => new
                    {
                        from = l.From,
                        allow = l.List.Allow,
                        alsoAllow = l.List.AlsoAllow,
                        deny = l.List.Deny,
                    }),
                    elevated = elevated is null
                        ? null
                        : new { allowed = elevated.Length == 0, why = elevated.Length == 0 ? null : elevated },
                    warnings = resolved.Warnings,
                }
            );
            return ExitCodes.Ok;
        }

        var table = new TextTable("TOOL", "", "WHY");
        foreach (var verdict in resolved.Verdicts)
        {
            var own = ToolNames.Native.Contains(verdict.Tool);
            table.Add(
                verdict.Tool,
                verdict.There && own ? "✓" : "",
                verdict.Step is { } step ? $"{step} {verdict.Why}"
                    : own ? ""
                    : "allowed, but the native brain has none"
            );
        }

        call.Show(table);
        if (elevated is not null)
        {
            call.Say(
                $"elevated: {(elevated.Length == 0 ? "allowed by the configuration; all the same nothing leaves the cell" : $"no, {elevated}")}"
            );
        }

        foreach (var warning in resolved.Warnings)
        {
            call.Note(warning);
        }

        if (agent.Brain.Kind != "native")
        {
            call.Note($"{agent.Id} thinks with a brain of kind '{agent.Brain.Kind}', which decides on its tools itself");
        }

        return ExitCodes.Ok;
    }
}
