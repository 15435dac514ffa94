using System.CommandLine;
using System.CommandLine.Parsing;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat.Containers;

/// <summary>
/// The scripts of the old container project. Their words come as they were typed, behind a <c>--</c>, so that none is taken for
/// an option of ours. Exit codes are ours: 64, 3, 4, 124, and what the faults of <c>creel</c> have.
/// </summary>
internal static class Script
{
    private static readonly string[] Names = ["bridge", "manage", "setup-identities"];

    public static Command Bridge(Cli cli) => Build(cli, Names[0], Containers.Bridge.RunAsync);

    public static Command Manage(Cli cli) => Build(cli, Names[1], Containers.Manage.RunAsync);

    public static Command Identities(Cli cli) => Build(cli, Names[2], Containers.Identities.RunAsync);

    public static bool Owns(ParseResult parsed) => Names.Contains(parsed.CommandResult.Command.Name);

    /// <summary>The agent, whose cell must run.</summary>
    /// <param name="start">What to do where it does not.</param>
    public static async Task<Claw> RunningAsync(Call call, string word, string start, CancellationToken cancel)
    {
        var claw = await FindAsync(call, word, start, cancel);
        return claw.Running ? claw : throw new ScriptException(ExitCodes.Unavailable, $"Error: {claw.Id} is not running.{start}");
    }

    /// <param name="word">A number, a name or an id.</param>
    public static async Task<Claw> FindAsync(Call call, string word, string start, CancellationToken cancel)
    {
        var shown = PlainText.Line(word, 60);
        var number = Claw.NumberOf(word);
        if (number is null && word is "" or ['-' or (>= '0' and <= '9'), ..])
        {
            throw new ScriptException(ExitCodes.Usage, $"Error: '{shown}' is no agent's number, which is from 1 to {Claw.Most}.");
        }

        var all = await Claw.AllAsync(call, cancel);
        var container = number is null ? shown : $"openclaw-{number}";
        return all.FirstOrDefault(claw => claw.Is(word))
            ?? throw (
                all.Count == 0 ? new ScriptException(ExitCodes.Unavailable, $"Error: {container} is not running.{start}")
                : number is not null
                    ? new ScriptException(
                        ExitCodes.NotFound,
                        $"Error: {container} is not running.\nThere is no such agent. Add it with: ./manage.sh add {number}"
                    )
                : new ScriptException(
                    ExitCodes.NotFound,
                    $"Error: unknown agent '{shown}'.\nKnown agents: {string.Join(", ", all.Select(claw => claw.Known))}"
                )
            );
    }

    private static Command Build(Cli cli, string name, Func<Call, string[], CancellationToken, Task<int>> body)
    {
        var words = new Argument<string[]>("WORDS") { Arity = ArgumentArity.ZeroOrMore };
        return cli.Runs(
            new Command(name, $"The older script {name}.sh; its words follow --") { words },
            async (call, cancel) =>
            {
                try
                {
                    return await body(call, call.Optional(words) ?? [], cancel);
                }
                catch (ScriptException e)
                {
                    call.Note(e.Message);
                    return e.ExitCode;
                }
            }
        );
    }
}
