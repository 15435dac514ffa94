using System.CommandLine;

namespace Creel.Commands.Routes;

/// <summary><c>creel route …</c>: where messages go, and why.</summary>
internal static class RouteCommand
{
    public static Command Build(Cli cli) =>
        new("route", "Where messages go, and why: explain, test")
        {
            Aliases = { "routes" },
            Subcommands = { RouteExplainCommand.Build(cli), RouteTestCommand.Build(cli) },
        };
}
