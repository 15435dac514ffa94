using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent add ID</c>: one more agent with its files and its channels, in one change.</summary>
internal static class AddCommand
{
    private sealed record Options(
        Argument<string> Id,
        Option<string?> Workspace,
        Option<string?> Model,
        Option<string?> Folder,
        Option<string[]> Bind,
        AddElsewhere Elsewhere
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            new("ID") { Description = "Its name; the id is made of it" },
            new("--workspace") { Description = "Where its files are (a folder of Creel's own)", HelpName = "DIR" },
            new("--model") { Description = "provider/model", HelpName = "MODEL" },
            new("--agent-dir") { Description = "Where its credentials are, for an OpenClaw's", HelpName = "DIR" },
            BindOption(),
            AddElsewhere.Make()
        );
        var command = new Command("add", "Add an agent, with the channels that go to it; or one at a gateway elsewhere")
        {
            options.Id,
            options.Workspace,
            options.Model,
            options.Folder,
            options.Bind,
        };
        foreach (var option in options.Elsewhere.All)
        {
            command.Options.Add(option);
        }

        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    public static Option<string[]> BindOption() =>
        new("--bind")
        {
            Description = "What goes to it: channel, channel:account, channel:kind:id, channel:account:kind:id; once for each",
            HelpName = "BINDING",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var written = call.Value(options.Id);
        var id = Id(written);
        var name = call.Value(options.Elsewhere.Name) ?? written;
        if (call.Value(options.Elsewhere.Gateway) is not null)
        {
            if (
                (call.Value(options.Workspace) ?? call.Value(options.Model) ?? call.Value(options.Folder)) is not null
                || call.Value(options.Bind) is { Length: > 0 }
            )
            {
                throw new UsageException(
                    "--workspace, --model, --agent-dir and --bind are for an agent here",
                    "its folder there is made of its id; what it answers is for its gateway to say"
                );
            }

            return await options.Elsewhere.RunAsync(call, id, name, cancel);
        }

        options.Elsewhere.RefuseHere(call);
        var body = new JsonObject
        {
            ["id"] = id,
            ["bind"] = new JsonArray([.. (call.Value(options.Bind) ?? []).Select(b => (JsonNode)b)]),
        };
        Say(body, "name", name == id ? null : name);
        Say(body, "workspace", Folder(call, call.Value(options.Workspace)));
        Say(body, "agentDir", Folder(call, call.Value(options.Folder)));
        Say(body, "model", call.Value(options.Model));
        var answer = await call.Client.SendAsync(HttpMethod.Post, "habitat/roster", Call.Body(body), cancel);
        var conflicts = Count(answer.GetProperty("bindings"), "conflicts");
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say($"added {id}: its workspace is {answer.GetProperty("workspace").GetString()}");
            BindCommand.Say(call, answer.GetProperty("bindings"), ["added", "updated", "skipped", "conflicts"]);
            call.Note("  → its cell comes up now: creel ps");
        }

        return conflicts > 0 ? ExitCodes.Conflict : ExitCodes.Ok;
    }

    /// <exception cref="CreelException">Nothing of it could be an id.</exception>
    private static string Id(string written) =>
        CreateCommand.IdOf(written)
        ?? throw new CreelException(
            Fault.Invalid(
                "agent-id",
                $"'{written}' has no letter or digit to make an id of",
                "Say an id, and the name beside it: creel agent add fox --name NAME"
            )
        );

    public static int Count(JsonElement changes, string kind) => changes.GetProperty(kind).GetArrayLength();

    private static void Say(JsonObject body, string key, string? value)
    {
        if (value is not null)
        {
            body[key] = value;
        }
    }

    private static string? Folder(Call call, string? path) => path is null || path.StartsWith('~') ? path : call.FullPath(path);
}
