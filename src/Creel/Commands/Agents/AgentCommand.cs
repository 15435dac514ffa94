using System.CommandLine;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent …</c>.</summary>
internal static class AgentCommand
{
    public static Command Build(Cli cli)
    {
        var command = new Command(
            "agent",
            "Agents: add, bind, create, import, list, status, start, stop, restart, wake, delete, destroy, register, …"
        )
        {
            AddCommand.Build(cli),
            BindCommand.Bind(cli),
            BindCommand.Unbind(cli),
            BindingsCommand.Build(cli),
            CreateCommand.Build(cli),
            ImportCommand.Build(cli),
            ListCommand.Build(cli),
            StatusCommand.Build(cli),
            LifeCommand.Build(cli, "start", "Start an agent's cell"),
            LifeCommand.Build(cli, "stop", "Stop an agent's cell; its workspace and its queue stay"),
            LifeCommand.Build(cli, "restart", "Stop an agent's cell and start it again"),
            WakeCommand.Build(cli),
            NudgeCommand.Build(cli),
            RotateTokenCommand.Build(cli),
            DeleteCommand.Build(cli),
            DestroyCommand.Build(cli),
            RegisterCommand.Build(cli),
            DeregisterCommand.Build(cli),
        };
        command.Aliases.Add("agents");
        return command;
    }
}
