using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent bind</c> and <c>unbind</c>: what goes to an agent.</summary>
internal static class BindCommand
{
    public static Command Bind(Cli cli)
    {
        var agent = AgentOption();
        var bind = AddCommand.BindOption();
        var command = new Command("bind", "Have messages go to an agent: a rule without an account gets it in its place")
        {
            agent,
            bind,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                call.Value(bind) is not { Length: > 0 } specs
                    ? throw new UsageException("say what goes to it", "creel agent bind --agent bart --bind telegram:coding")
                    : RunAsync(
                        call,
                        HttpMethod.Post,
                        Body(call.Value(agent), specs, all: false),
                        ["added", "updated", "skipped", "conflicts"],
                        cancel
                    )
        );
    }

    public static Command Unbind(Cli cli)
    {
        var agent = AgentOption();
        var bind = AddCommand.BindOption();
        var all = new Option<bool>("--all") { Description = "All that go to it" };
        var command = new Command("unbind", "Have messages go to an agent no more") { agent, bind, all };
        return cli.Runs(
            command,
            (call, cancel) =>
            {
                var specs = call.Value(bind) ?? [];
                if (call.Value(all) == specs.Length > 0)
                {
                    throw new UsageException("say which bindings, or all of them", "add --bind BINDING, or --all");
                }

                return RunAsync(
                    call,
                    HttpMethod.Delete,
                    Body(call.Value(agent), specs, call.Value(all)),
                    ["removed", "missing", "conflicts"],
                    cancel
                );
            }
        );
    }

    public static Option<string?> AgentOption() =>
        new("--agent") { Description = "The agent (the default one)", HelpName = AgentArgument.Name };

    /// <summary>What became of each rule, a line each.</summary>
    public static void Say(Call call, JsonElement changes, IReadOnlyList<string> kinds)
    {
        foreach (var kind in kinds)
        {
            foreach (var rule in changes.GetProperty(kind).EnumerateArray())
            {
                call.Say($"{(kind == "conflicts" ? "conflict" : kind)}: {rule.GetString()}");
            }
        }

        if (AddCommand.Count(changes, "conflicts") > 0)
        {
            call.Note("  → another agent has it; take it from that one first: creel agent unbind --agent AGENT --bind BINDING");
        }
    }

    private static async Task<int> RunAsync(
        Call call,
        HttpMethod method,
        JsonObject body,
        IReadOnlyList<string> kinds,
        CancellationToken cancel
    )
    {
        var answer = await call.Client.SendAsync(method, "habitat/bindings", Call.Body(body), cancel);
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            Say(call, answer, kinds);
            if (kinds.All(kind => AddCommand.Count(answer, kind) == 0))
            {
                call.Say("nothing was changed");
            }
        }

        return AddCommand.Count(answer, "conflicts") > 0 ? ExitCodes.Conflict : ExitCodes.Ok;
    }

    private static JsonObject Body(string? agent, IEnumerable<string> specs, bool all)
    {
        var body = new JsonObject { ["bind"] = new JsonArray([.. specs.Select(b => (JsonNode)b)]), ["all"] = all };
        if (agent is not null)
        {
            body["agent"] = agent;
        }

        return body;
    }
}
