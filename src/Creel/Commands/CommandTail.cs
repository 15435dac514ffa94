using System.CommandLine;

namespace Creel.Commands;

/// <summary>
/// After the agent of <c>exec</c> and <c>shell</c> everything belongs to the program that is run there, as in <c>docker exec</c>:
/// <c>creel exec bart uname -sr</c>. A <c>--</c> is put where the program begins, unless it is there.
/// </summary>
internal static class CommandTail
{
    public const string Argument = "COMMAND";

    public static IReadOnlyList<string> Mark(RootCommand root, IReadOnlyList<string> args)
    {
        Command command = root;
        var operands = 0;
        for (var i = 0; i < args.Count; i++)
        {
            var word = args[i];
            if (word == "--")
            {
                return args;
            }

            if (word.StartsWith('-'))
            {
                i += TakesNext(root, command, word) ? 1 : 0;
            }
            else if (operands == 0 && Sub(command, word) is { } sub)
            {
                command = sub;
            }
            else if (
                command.TreatUnmatchedTokensAsErrors
                && operands == 1
                && command.Arguments.ElementAtOrDefault(1)?.Name == Argument
            )
            {
                return [.. args.Take(i), "--", .. args.Skip(i)];
            }
            else
            {
                operands++;
            }
        }

        return args;
    }

    private static Command? Sub(Command command, string word) =>
        command.Subcommands.FirstOrDefault(sub => sub.Name == word || sub.Aliases.Contains(word));

    private static bool TakesNext(RootCommand root, Command command, string word) =>
        !word.Contains('=')
        && command.Options.Concat(root.Options).FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word))
            is { Arity.MaximumNumberOfValues: > 0 } option
        && option.ValueType != typeof(bool);
}
