using System.CommandLine;

namespace Creel.Commands.Habitats;

/// <summary><c>creel habitat …</c>: without a server.</summary>
internal static class HabitatCommand
{
    public static Command Build(Cli cli)
    {
        var command = new Command("habitat", "Habitat files: check, show") { CheckCommand.Build(cli), ShowCommand.Build(cli) };
        command.Aliases.Add("habitats");
        return command;
    }
}
