using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Boards;

/// <summary>What is the same for each of the habitat's tables by id: one more, those that are there, one less.</summary>
internal static class TableVerbs
{
    /// <param name="keys">An option, the key of the habitat that it writes, what it is, and the word for its value.</param>
    public static Command Add(
        Cli cli,
        string what,
        string description,
        params IReadOnlyList<(string Option, string Key, string Description, string Value)> keys
    )
    {
        var id = new Argument<string>("ID") { Description = "Lower-case letters, digits, - and _" };
        var add = new Command("add", description) { id };
        var options = keys.Select(k =>
                (k.Key, Option: new Option<string?>(k.Option) { Description = k.Description, HelpName = k.Value })
            )
            .ToList();
        options.ForEach(o => add.Options.Add(o.Option));
        return cli.Runs(
            add,
            async (call, cancel) =>
            {
                var body = options
                    .Select(o => (o.Key, Value: call.Value(o.Option)))
                    .Where(o => o.Value is not null)
                    .Append((Key: "id", Value: call.Value(id)))
                    .ToDictionary(o => o.Key, o => o.Value);
                var answer = await call.Client.SendAsync(HttpMethod.Post, $"{what}s", Call.Body(body), cancel);
                return Said(call, answer, $"added the {what} {call.Value(id)}");
            }
        );
    }

    public static Command List(Cli cli, string what, Func<JsonElement, TextTable> show)
    {
        var list = new Command("list", $"The {what}s that the habitat has");
        list.Aliases.Add("ls");
        return cli.Runs(
            list,
            async (call, cancel) =>
            {
                var answer = await call.Client.GetAsync($"{what}s", cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else if (answer.GetProperty($"{what}s").GetArrayLength() == 0)
                {
                    call.Note($"there are none: creel {what} add ID");
                }
                else
                {
                    call.Show(show(answer));
                }

                return ExitCodes.Ok;
            }
        );
    }

    public static Command Remove(Cli cli, string what)
    {
        var id = new Argument<string>("ID") { Description = $"One of creel {what} list" };
        return cli.Runs(
            new Command("rm", $"Take a {what} out of the habitat") { id },
            async (call, cancel) =>
            {
                var path = $"{what}s/{AgentArgument.Segment(call.Value(id))}";
                var answer = await call.Client.SendAsync(HttpMethod.Delete, path, null, cancel);
                return Said(call, answer, $"took out the {what} {call.Value(id)}");
            }
        );
    }

    private static int Said(Call call, JsonElement answer, string words)
    {
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say(words);
        }

        return ExitCodes.Ok;
    }
}
