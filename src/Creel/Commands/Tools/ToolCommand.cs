using System.CommandLine;

namespace Creel.Commands.Tools;

/// <summary><c>creel tool …</c>: what agents may have done.</summary>
internal static class ToolCommand
{
    public static Command Build(Cli cli) =>
        new("tool", "What tools agents have, and why") { Aliases = { "tools" }, Subcommands = { ToolExplainCommand.Build(cli) } };
}
