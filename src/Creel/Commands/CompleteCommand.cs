using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Spending;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>The hidden verb behind the completion scripts: the words that fit at a place, one a line.</summary>
internal static class CompleteCommand
{
    /// <summary>Somebody waits with a finger on the tab key.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static Command Build(Cli cli)
    {
        var place = new Argument<int>("PLACE");
        var words = new Argument<string[]>("WORDS") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("complete", "Words that fit") { place, words };
        command.Hidden = true;
        return cli.Runs(command, (call, cancel) => RunAsync(call, cli, call.Value(place), call.Optional(words) ?? [], cancel));
    }

    private static async Task<int> RunAsync(Call call, Cli cli, int place, string[] words, CancellationToken cancel)
    {
        var typed = words.Take(place).Skip(1).ToList();
        var current = place >= 0 && place < words.Length ? words[place] : "";
        var (command, arguments) = Descend(cli.Build(), typed);
        var options = command.Options.Concat(
            command.Parents.SelectMany(Above).OfType<Option>().Where(option => option.Recursive)
        );
        IEnumerable<string> fitting =
            typed.Contains("--") ? []
            : current.StartsWith('-')
                ? options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Any(sub => !sub.Hidden) ? command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)
            : await ValuesAsync(call, command, arguments, cancel);
        foreach (
            var word in fitting
                .Where(word => word.StartsWith(current, StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal)
        )
        {
            call.Io.Out.WriteLine(word);
        }

        return ExitCodes.Ok;
    }

    private static IEnumerable<Symbol> Above(Symbol symbol) =>
        symbol is Command command ? command.Options.Concat(command.Parents.SelectMany(Above)) : [];

    /// <summary>The verb that the words lead to, and how many arguments it has already.</summary>
    private static (Command Command, int Arguments) Descend(Command command, IReadOnlyList<string> typed)
    {
        var arguments = 0;
        foreach (var word in typed.Where(word => !word.StartsWith('-')))
        {
            if (command.Subcommands.FirstOrDefault(sub => sub.Name == word || sub.Aliases.Contains(word)) is { } sub)
            {
                command = sub;
            }
            else
            {
                arguments++;
            }
        }

        return (command, arguments);
    }

    private static async Task<IEnumerable<string>> ValuesAsync(
        Call call,
        Command command,
        int arguments,
        CancellationToken cancel
    )
    {
        var argument = command.Arguments.ElementAtOrDefault(arguments);
        if (argument is not { Name: AgentArgument.Name or MoneyWords.Argument })
        {
            return argument?.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label)
                ?? [];
        }

        try
        {
            using var patience = new CancellationTokenSource(Patience, call.Time);
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
            if (argument.Name == MoneyWords.Argument)
            {
                var habitat = await call.Client.GetAsync("habitat", soon.Token);
                return Ids(habitat, "groups").Prepend(MoneyWords.Habitat);
            }

            return Ids(await call.Client.GetAsync("agents", soon.Token), "agents");
        }
        catch (Exception e)
            when (e
                    is CreelException
                        or OperationCanceledException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or JsonException
            )
        {
            return [];
        }
    }

    private static List<string> Ids(JsonElement answer, string list) =>
        answer.TryGetProperty(list, out var items)
            ? [.. items.EnumerateArray().Select(item => PlainText.Line(item.GetProperty("id").ToString()))]
            : [];
}
