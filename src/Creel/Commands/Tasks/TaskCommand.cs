using System.CommandLine;

namespace Creel.Commands.Tasks;

/// <summary><c>creel task …</c>.</summary>
internal static class TaskCommand
{
    public static Command Build(Cli cli)
    {
        var command = new Command("task", "Tasks: send, list, show, cancel, dead")
        {
            SendCommand.Build(cli),
            ListCommand.Build(cli),
            ShowCommand.Build(cli),
            CancelCommand.Build(cli),
            DeadCommand.Build(cli),
        };
        command.Aliases.Add("tasks");
        return command;
    }
}
