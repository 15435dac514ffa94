using System.CommandLine;
using Creel.Commands.Compat.Containers;
using Creel.Core;
using Creel.Core.Rendering.Contract;

namespace Creel.Commands.Compat;

/// <summary>The hidden verb behind the scripts in <c>compat/</c>: old names, old options, old exit codes.</summary>
internal static class CompatCommand
{
    private const string Name = "compat";

    public static Command Build(Cli cli) =>
        new(Name, "What the scripts in compat/ call")
        {
            Hidden = true,
            Subcommands =
            {
                VmAgentCommand.Build(cli),
                GenerateCommand.Build(cli, ContractGenerator.Session),
                GenerateCommand.Build(cli, ContractGenerator.Container),
                Script.Bridge(cli),
                Script.Manage(cli),
                Script.Identities(cli),
            },
        };

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

    /// <summary>The old programs knew 0 and 1; what <c>vm-agent</c> did not know is refused with 6.</summary>
    public static int ExitCode(int code) => code is ExitCodes.Ok or ExitCodes.Refused ? code : ExitCodes.Negative;

    /// <summary>The generators refuse with 1 too; the scripts of the container project have our codes instead of theirs.</summary>
    public static int ExitCode(ParseResult parsed, int code) =>
        Script.Owns(parsed) ? code
        : code != ExitCodes.Ok && parsed.CommandResult.Command.Name is (GenerateCommand.Sessions or GenerateCommand.Compose)
            ? ExitCodes.Negative
        : ExitCode(code);
}
