using System.CommandLine;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent import --gateway NAME</c>: agents that a gateway has are taken into the habitat as they are.</summary>
internal static class ImportCommand
{
    private sealed record Answer(
        string Gateway,
        bool Plan,
        IReadOnlyList<Adopted> Adopted,
        IReadOnlyList<string> Known,
        IReadOnlyList<Told> Told
    );

    private sealed record Adopted(string Id, string Name, string Session, string Workspace);

    private sealed record Told(string Agent, string Message, string Remedy);

    public static Command Build(Cli cli)
    {
        var gateway = GatewayOption(required: true);
        var agents = new Option<string[]>("--agent")
        {
            Description = "Only this one, by its id there; once for each",
            HelpName = "ID",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };
        var under = new Option<string?>("--as") { Description = "Another id here, for one agent", HelpName = "ID" };
        var plan = new Option<bool>("--plan") { Description = "Show what would be taken in, and write nothing" };
        var command = new Command("import", "Take agents of a gateway elsewhere into the habitat, and change nothing there")
        {
            gateway,
            agents,
            under,
            plan,
        };
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                var answer = await call.Client.SendAsync(
                    HttpMethod.Post,
                    $"gateways/{AgentArgument.Segment(call.Value(gateway)!)}/import",
                    Call.Body(
                        new Dictionary<string, object?>
                        {
                            ["agents"] = call.Value(agents),
                            ["as"] = call.Value(under),
                            ["plan"] = call.Value(plan),
                        }
                    ),
                    cancel
                );
                var view = Call.Read<Answer>(answer);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else
                {
                    Say(call, view);
                }

                return view.Told.Count > 0 ? ExitCodes.Negative : ExitCodes.Ok;
            }
        );
    }

    public static Option<string?> GatewayOption(bool required) =>
        new("--gateway")
        {
            Description = "The gateway elsewhere, by its name here",
            HelpName = "NAME",
            Required = required,
        };

    private static void Say(Call call, Answer view)
    {
        if (view.Adopted.Count > 0)
        {
            var table = new TextTable("AGENT", "NAME", "SESSION", "WORKSPACE");
            foreach (var agent in view.Adopted)
            {
                table.Add(agent.Id, agent.Name, agent.Session, agent.Workspace);
            }

            call.Show(table);
        }

        foreach (var told in view.Told)
        {
            call.Note($"{told.Agent}: {told.Message}");
            call.Note($"  → {told.Remedy}");
        }

        var known =
            view.Known.Count > 0 ? $"; the habitat has {Words.Count(view.Known.Count, "agent", "agents")} of it already" : "";
        if (view.Adopted.Count == 0)
        {
            call.Say($"nothing to do at {view.Gateway}{known}");
            return;
        }

        var count = Words.Count(view.Adopted.Count, "agent", "agents");
        call.Say(
            view.Plan ? $"{count} of {view.Gateway} would be taken in{known}" : $"{count} of {view.Gateway} taken in{known}"
        );
        call.Note(
            view.Plan
                ? $"  → take them in: creel agent import --gateway {view.Gateway}"
                : "  → nothing is written there, now or later, until one's entry says files: true"
        );
    }
}
