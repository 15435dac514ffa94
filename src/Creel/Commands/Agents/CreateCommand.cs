using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent create NAME</c>: one more agent in the habitat that is up, written beside its file.</summary>
internal static class CreateCommand
{
    private sealed record Options(
        Argument<string> Name,
        Option<string?> Id,
        Option<string?> Isolation,
        Option<string?> Driver,
        Option<string?> Network,
        Option<string?> Model,
        Option<string?> Brain,
        Option<string?> Group,
        Option<string?> Memory,
        Option<string?> Cpu,
        Option<int?> Pids
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            new("NAME") { Description = "Its name; the id is made of it" },
            Text("--id", "Its id, where the name would give another", "ID"),
            Text("--isolation", "none, session, container or vm (as the habitat says)", "LEVEL"),
            Text("--driver", "host, bubblewrap, systemd, docker, … (the first that works)", "DRIVER"),
            Text("--network", "none, proxy, internal, bridge or host (as the habitat says)", "MODE"),
            Text("--model", "provider/model", "MODEL"),
            Text("--brain", "What answers a turn: native or openclaw", "BRAIN"),
            Text("--group", "Share the cell of this group", "GROUP"),
            Text("--memory", "At most so much: 512m, 1g", "SIZE"),
            Text("--cpu", "At most so many cores: 0.5, 500m", "CORES"),
            new("--pids") { Description = "At most so many processes and threads", HelpName = "COUNT" }
        );
        var command = new Command("create", "Add an agent to the habitat and start it")
        {
            options.Name,
            options.Id,
            options.Isolation,
            options.Driver,
            options.Network,
            options.Model,
            options.Brain,
            options.Group,
            options.Memory,
            options.Cpu,
            options.Pids,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    /// <summary>The id that a name stands for: lower case, what an id can't hold becomes <c>-</c>. Null where nothing is left.</summary>
    public static string? IdOf(string name)
    {
        var letters = name.Trim().ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-');
        var id = string.Concat(letters).Trim('-', '_');
        return id.Length is > 0 and <= 64 ? id : null;
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var name = call.Value(options.Name);
        var id = AgentId.Parse(call.Value(options.Id) ?? IdOf(name) ?? name).Value;
        var (memory, cpu, pids) = (call.Value(options.Memory), call.Value(options.Cpu), call.Value(options.Pids));
        var body = new Dictionary<string, object?>
        {
            ["id"] = id,
            ["name"] = name == id ? null : name,
            ["isolation"] = call.Value(options.Isolation),
            ["driver"] = call.Value(options.Driver),
            ["network"] = call.Value(options.Network),
            ["model"] = call.Value(options.Model),
            ["brain"] = call.Value(options.Brain),
            ["isolationGroup"] = call.Value(options.Group),
            ["resources"] = Said(
                new Dictionary<string, object?>
                {
                    ["memory"] = memory,
                    ["cpu"] = cpu,
                    ["pids"] = pids,
                }
            )
                is { Count: > 0 } limits
                ? limits
                : null,
        };
        var events = call.Client.LinesAsync(HttpMethod.Post, "habitat/agents", Call.Body(Said(body)), cancel);
        var exit = await ApplyProgress.ShowAsync(call, events, cancel, $"undo it: creel agent destroy {id}");
        if (exit == ExitCodes.Ok && !call.Json)
        {
            call.Note($"  → give it work: creel task send {id} '{{\"type\":\"exec\",\"command\":\"uname -a\"}}' --wait");
        }

        return exit;
    }

    private static Dictionary<string, object?> Said(Dictionary<string, object?> all) =>
        all.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static Option<string?> Text(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };
}
