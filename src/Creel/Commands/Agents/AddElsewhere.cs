using System.CommandLine;
using System.Text.Json.Nodes;
using Creel.Commands.Boards;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent add ID --gateway NAME</c>: one that is to live at a gateway elsewhere.</summary>
internal sealed record AddElsewhere(
    Option<string?> Gateway,
    Option<string?> Name,
    Option<string?> Board,
    Option<bool> Lead,
    Option<string?> User,
    Option<string?> Role,
    Option<string?> Every
)
{
    public static AddElsewhere Make() =>
        new(
            ImportCommand.GatewayOption(required: false),
            new("--name") { Description = "What people call it (as ID says)", HelpName = "NAME" },
            Text("--board", "With --gateway: the board that it works on", "BOARD"),
            new("--lead") { Description = "With --board: it leads that board" },
            Text("--user", "With --gateway: for whom it works (as its board says)", "USER"),
            Text("--role", "With --gateway: what it is, as in \"Writer of tests\"", "ROLE"),
            Text("--every", "With --gateway: how often it looks after its work by itself (10m)", "TIME")
        );

    public IEnumerable<Option> All => [Gateway, Name, Board, Lead, User, Role, Every];

    /// <summary>Said without a gateway, these would do nothing.</summary>
    /// <exception cref="UsageException">One is said.</exception>
    public void RefuseHere(Call call)
    {
        if (call.Value(Lead) || new[] { Board, User, Role, Every }.Any(o => call.Value(o) is not null))
        {
            throw new UsageException(
                "--board, --lead, --user, --role and --every are for an agent at a gateway elsewhere",
                "add --gateway NAME; for one here write it in the habitat, under its 'provision'"
            );
        }
    }

    public async Task<int> RunAsync(Call call, string id, string name, CancellationToken cancel)
    {
        var gateway = call.Value(Gateway)!;
        var body = new JsonObject { ["id"] = id, ["lead"] = call.Value(Lead) };
        foreach (
            var (key, value) in new[]
            {
                ("name", name == id ? null : name),
                ("board", call.Value(Board)),
                ("user", call.Value(User)),
            }
        )
        {
            if (value is not null)
            {
                body[key] = value;
            }
        }

        if (call.Value(Role) is { } role)
        {
            body["profile"] = new JsonObject { ["role"] = role };
        }

        var every = call.Value(Every);
        var bare = every is { Length: > 0 } && every.All(char.IsAsciiDigit);
        if (every is not null)
        {
            body["heartbeat"] = new JsonObject { ["every"] = bare ? $"{every}m" : every };
        }

        var answer = await call.Client.SendAsync(
            HttpMethod.Post,
            $"gateways/{AgentArgument.Segment(gateway)}/agents",
            Call.Body(body),
            cancel
        );
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say($"added {id} to the habitat, for {gateway}");
            if (bare)
            {
                call.Note($"  --every {every} has no unit: {every} minutes are written, {every}m");
            }

            call.Note($"  → it is brought there by: creel provision --gateway {gateway}");
            if (call.Value(Lead))
            {
                await MuteLeads.SayAsync(call, new HashSet<string> { id }, cancel);
            }
        }

        return ExitCodes.Ok;
    }

    private static Option<string?> Text(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };
}
