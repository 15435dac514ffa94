using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Sessions;

/// <summary><c>creel session …</c>: the conversations of agents.</summary>
internal static class SessionCommand
{
    public static Command Build(Cli cli)
    {
        var command = new Command("session", "Conversations: list, show, reset, delete, label, set, abort")
        {
            List(cli),
            Show(cli),
            Reset(cli),
            Delete(cli),
            Label(cli),
            Set(cli),
            Abort(cli),
        };
        command.Aliases.Add("sessions");
        return command;
    }

    private static Argument<string> Key() =>
        new("KEY") { Description = "agent:<id>:<name>, or the name alone for the default agent" };

    private static Command List(Cli cli)
    {
        var agent = new Option<string?>("--agent") { Description = "Only this agent's" };
        var all = new Option<bool>("--all") { Description = "Also those of agents that there are no more" };
        var command = new Command("list", "List conversations, newest first") { agent, all };
        command.Aliases.Add("ls");
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                var path = $"sessions?all={(call.Value(all) ? 1 : 0)}";
                path += call.Value(agent) is { } id ? $"&agent={Uri.EscapeDataString(id)}" : "";
                var answer = await call.Client.GetAsync(path, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                    return ExitCodes.Ok;
                }

                var view = Call.Read<SessionsView>(answer);
                var sessions = view.Sessions ?? [];
                if (view.Hidden > 0)
                {
                    call.Note($"{view.Hidden} of agents that there are no more: --all shows them");
                }

                if (sessions.Count == 0)
                {
                    call.Say("no conversations");
                    return ExitCodes.Ok;
                }

                var now = call.Time.GetUtcNow();
                var table = new TextTable("SESSION", "LABEL", "STATE", "TOKENS", "LAST");
                foreach (var one in sessions)
                {
                    var last = DateTimeOffset.FromUnixTimeMilliseconds(one.UpdatedAt);
                    table.Add(
                        one.Key,
                        one.Label ?? one.DisplayName,
                        one.Busy ? "busy" : "",
                        one.TotalTokens > 0 ? $"{one.TotalTokens}" : "",
                        $"{Words.Span(now - last)} ago"
                    );
                }

                call.Show(table);
                return ExitCodes.Ok;
            }
        );
    }

    private static Command Show(Cli cli)
    {
        var key = Key();
        var limit = new Option<int?>("--limit", "-n") { Description = "So many messages at most (200; up to 1000)" };
        return cli.Runs(
            new Command("show", "Show what was said") { key, limit },
            async (call, cancel) =>
            {
                var path = $"sessions/history?key={Uri.EscapeDataString(call.Value(key))}";
                path += call.Value(limit) is { } most ? $"&limit={most}" : "";
                var answer = await call.Client.GetAsync(path, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                    return ExitCodes.Ok;
                }

                var history = Call.Read<HistoryView>(answer);
                foreach (var message in history.Messages ?? [])
                {
                    call.Say($"{PlainText.Line(Role(message), 20)}: {Said(message)}");
                }

                if (history.Messages is null or [])
                {
                    call.Note("nothing was said in it yet, or its agent's brain writes no transcript");
                }

                return ExitCodes.Ok;
            }
        );
    }

    private static Command Reset(Cli cli)
    {
        var key = Key();
        return cli.Runs(
            new Command("reset", "Begin a conversation anew; what was said is kept aside") { key },
            async (call, cancel) => Done(call, await PostAsync(call, "sessions/reset", new { key = call.Value(key) }, cancel))
        );
    }

    private static Command Delete(Cli cli)
    {
        var key = Key();
        var yes = YesOption.Make();
        return cli.Runs(
            new Command("delete", "Forget a conversation; its transcript is kept aside in the cell")
            {
                Aliases = { "rm" },
                Arguments = { key },
                Options = { yes },
            },
            async (call, cancel) =>
            {
                if (!call.Value(yes) && !await call.ConfirmAsync($"Forget {call.Value(key)}?", cancel))
                {
                    return ExitCodes.Negative;
                }

                var answer = await PostAsync(call, "sessions/delete", new { key = call.Value(key) }, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }

                if (answer.GetProperty("deleted").GetBoolean())
                {
                    return ExitCodes.Ok;
                }

                call.Note($"there is no session {call.Value(key)}");
                return ExitCodes.NotFound;
            }
        );
    }

    private static Command Label(Cli cli)
    {
        var key = Key();
        var label = new Argument<string?>("LABEL") { Description = "At most 64 characters", Arity = ArgumentArity.ZeroOrOne };
        var none = new Option<bool>("--none") { Description = "Take the label away" };
        return cli.Runs(
            new Command("label", "Name a conversation") { key, label, none },
            async (call, cancel) =>
            {
                if ((call.Optional(label) is null) != call.Value(none))
                {
                    throw new UsageException("say a label, or --none", "creel session label KEY 'the review'");
                }

                var fields = new Dictionary<string, string?> { ["key"] = call.Value(key), ["label"] = call.Optional(label) };
                return Done(call, await PostAsync(call, "sessions/patch", fields, cancel));
            }
        );
    }

    private static Command Set(Cli cli)
    {
        var key = Key();
        var fields = new Argument<string[]>("FIELD=VALUE")
        {
            Description =
                "model, thinkingLevel, verboseLevel, reasoningLevel, elevatedLevel, sendPolicy, groupActivation; no value takes it away",
            Arity = ArgumentArity.OneOrMore,
        };
        return cli.Runs(
            new Command("set", "Change how a conversation goes on") { key, fields },
            async (call, cancel) =>
            {
                var body = new Dictionary<string, string?> { ["key"] = call.Value(key) };
                foreach (var field in call.Value(fields))
                {
                    var (name, value) = field.Split('=', 2) is [var n, var v]
                        ? (n, v)
                        : throw new UsageException(
                            $"'{PlainText.Line(field, 40)}' is no FIELD=VALUE",
                            "as in: thinkingLevel=low"
                        );
                    body[name] = value.Length == 0 ? null : value;
                }

                return Done(call, await PostAsync(call, "sessions/patch", body, cancel));
            }
        );
    }

    private static Command Abort(Cli cli)
    {
        var key = Key();
        return cli.Runs(
            new Command("abort", "End what runs and waits in a conversation") { key },
            async (call, cancel) =>
            {
                var answer = await PostAsync(call, "turns/abort", new { key = call.Value(key) }, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }

                if (answer.GetProperty("aborted").GetBoolean())
                {
                    return ExitCodes.Ok;
                }

                call.Note($"nothing runs or waits in {call.Value(key)}");
                return ExitCodes.Negative;
            }
        );
    }

    private static Task<JsonElement> PostAsync(Call call, string path, object body, CancellationToken cancel) =>
        call.Client.SendAsync(HttpMethod.Post, path, Call.Body(body), cancel);

    private static int Done(Call call, JsonElement answer)
    {
        if (call.Json)
        {
            call.Print(answer);
        }

        return ExitCodes.Ok;
    }

    private static string Role(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role) ? role.ToString() : "?";

    /// <summary>The texts of a message; of what is no text its kind.</summary>
    private static string Said(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content))
        {
            return "";
        }

        var said = content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Join('\n', content.EnumerateArray().Select(Part)),
            _ => "",
        };
        return message.TryGetProperty("errorMessage", out var error) && error.ValueKind == JsonValueKind.String
            ? $"{said}{(said.Length > 0 ? "\n" : "")}(no answer: {error.GetString()})"
            : said;

        static string Part(JsonElement part) =>
            part.ValueKind != JsonValueKind.Object ? part.ToString()
            : part.TryGetProperty("text", out var text) ? text.ToString()
            : part.TryGetProperty("name", out var name) ? $"[{name}]"
            : part.TryGetProperty("type", out var type) ? $"[{type}]"
            : "";
    }

    private sealed record SessionsView(IReadOnlyList<SessionLine>? Sessions, int Hidden);

    private sealed record SessionLine(
        string Key,
        string? Label,
        string? DisplayName,
        bool Busy,
        long TotalTokens,
        long UpdatedAt
    );

    private sealed record HistoryView(IReadOnlyList<JsonElement>? Messages);
}
