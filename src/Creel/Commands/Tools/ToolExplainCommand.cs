using System.CommandLine;
using Creel.Commands.Routes;
using Creel.Core;
using Creel.Core.Habitats;
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
        var channel = new Option<string?>("--channel")
        {
            Description = "Where somebody speaks, for what is elevated",
            HelpName = "NAME",
        };
        var sender = new Option<string?>("--sender") { Description = "Who they are there", HelpName = "ID" };
        var file = RouteHabitat.File();
        var command = new Command("explain", "Which tools an agent has, and which step took each other one away")
        {
            agent,
            model,
            subagent,
            guest,
            channel,
            sender,
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
                    Owner: !call.Value(guest)
                );
                return Answer(call, chosen, asked, question, call.Value(channel), call.Value(sender));
            }
        );
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
