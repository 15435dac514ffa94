using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Compat;

/// <summary>The hidden verb behind the scripts in <c>compat/</c>: old names, old options, old exit codes.</summary>
internal static class CompatCommand
{
    private const string Name = "compat";

    public static Command Build(Cli cli) =>
        new(Name, "What the scripts in compat/ call") { Hidden = true, Subcommands = { VmAgentCommand.Build(cli) } };

    public static bool Owns(ParseResult parsed)
    {
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            if (at.Command.Name == Name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The old program knew 0 and 1; what it did not know is refused with 6.</summary>
    public static int ExitCode(int code) => code is ExitCodes.Ok or ExitCodes.Refused ? code : ExitCodes.Negative;
}
