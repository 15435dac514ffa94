using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent bindings</c>, and the roster with them.</summary>
internal static class BindingsCommand
{
    public static Command Build(Cli cli)
    {
        var agent = BindCommand.AgentOption();
        var command = new Command("bindings", "Show which messages go to which agent") { agent };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(agent), cancel));
    }

    private static async Task<int> RunAsync(Call call, string? agent, CancellationToken cancel)
    {
        var roster = await RosterAsync(call, cancel);
        var rules = roster
            .Where(a => agent is null || a.Id == agent)
            .SelectMany(a =>
                a.Matches.Zip(
                    a.BindingDetails,
                    (match, description) =>
                        new
                        {
                            agentId = a.Id,
                            match,
                            description,
                        }
                )
            )
            .ToList();
        if (agent is not null && roster.All(a => a.Id != agent))
        {
            throw new CreelException(
                Fault.NotFound("agent", $"there is no agent {agent}", "See them: creel agent list --bindings.")
            );
        }

        if (call.Json)
        {
            call.Print(rules);
            return ExitCodes.Ok;
        }

        if (rules.Count == 0)
        {
            call.Say("no bindings");
            call.Note("  → add one: creel agent bind --agent ID --bind telegram");
            return ExitCodes.Ok;
        }

        var table = new TextTable("AGENT", "MESSAGES");
        foreach (var rule in rules)
        {
            table.Add(rule.agentId, rule.description);
        }

        call.Show(table);
        return ExitCodes.Ok;
    }

    /// <summary><c>creel agent list --bindings</c>.</summary>
    public static async Task<int> ListAsync(Call call, CancellationToken cancel)
    {
        var roster = await RosterAsync(call, cancel);
        if (call.Json)
        {
            call.Print(roster.Select(Shown));
            return ExitCodes.Ok;
        }

        foreach (var agent in roster)
        {
            call.Say($"- {agent.Id}{(agent.IsDefault ? " (default)" : "")}{(agent.Name is null ? "" : $" ({agent.Name})")}");
            Line("Identity", string.Join(' ', new[] { agent.IdentityEmoji, agent.IdentityName }.OfType<string>()));
            Line("Workspace", agent.Workspace);
            Line("Agent dir", agent.AgentDir);
            Line("Model", agent.Model);
            Line("Routing rules", agent.Bindings.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Line("Routing", agent.Routes is { } routes ? string.Join(", ", routes) : null);
            foreach (var rule in agent.BindingDetails)
            {
                call.Say($"    - {rule}");
            }
        }

        return ExitCodes.Ok;

        void Line(string what, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                call.Say($"  {what}: {value}");
            }
        }
    }

    /// <summary>What is not said is not there, as in OpenClaw's list.</summary>
    private static Dictionary<string, object> Shown(Entry agent) =>
        new (string Key, object? Value)[]
        {
            ("id", agent.Id),
            ("name", agent.Name),
            ("identityName", agent.IdentityName),
            ("identityEmoji", agent.IdentityEmoji),
            ("identitySource", agent.IdentitySource),
            ("workspace", agent.Workspace),
            ("agentDir", agent.AgentDir),
            ("model", agent.Model),
            ("bindings", agent.Bindings),
            ("isDefault", agent.IsDefault),
            ("routes", agent.Routes),
            ("bindingDetails", agent.BindingDetails),
        }
            .Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value!);

    private static async Task<IReadOnlyList<Entry>> RosterAsync(Call call, CancellationToken cancel) =>
        Call.Read<Roster>(await call.Client.GetAsync("habitat/roster", cancel)).Agents;

    private sealed record Roster(IReadOnlyList<Entry> Agents);

    private sealed record Entry(
        string Id,
        string? Name,
        string? IdentityName,
        string? IdentityEmoji,
        string? IdentitySource,
        string Workspace,
        string? AgentDir,
        string? Model,
        int Bindings,
        bool IsDefault,
        IReadOnlyList<string>? Routes,
        IReadOnlyList<string> BindingDetails,
        IReadOnlyList<JsonElement> Matches
    );
}
