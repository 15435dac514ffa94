using System.CommandLine;

namespace Creel.Commands.Templates;

/// <summary><c>creel template …</c>: without a server.</summary>
internal static class TemplateCommand
{
    public static Command Build(Cli cli)
    {
        var command = new Command("template", "The templates of agents' files: check, preview")
        {
            CheckCommand.Build(cli),
            PreviewCommand.Build(cli),
        };
        command.Aliases.Add("templates");
        return command;
    }
}
