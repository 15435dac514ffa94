using System.CommandLine;

namespace Creel.Commands.Audits;

/// <summary><c>creel audit</c>, which is <c>creel audit list</c>, and <c>creel audit verify</c>.</summary>
internal static class AuditCommand
{
    public static Command Build(Cli cli)
    {
        var command = ListCommand.Build(cli, "audit", "Who did what to whom: list, verify");
        command.Subcommands.Add(ListCommand.Build(cli, "list", "Show the newest entries"));
        command.Subcommands.Add(VerifyCommand.Build(cli));
        command.Aliases.Add("audits");
        return command;
    }
}
