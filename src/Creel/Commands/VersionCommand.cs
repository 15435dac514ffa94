using System.CommandLine;
using System.Reflection;
using Creel.Core;

namespace Creel.Commands;

/// <summary><c>creel version</c>.</summary>
internal static class VersionCommand
{
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public static Command Build(Cli cli) =>
        cli.Runs(
            new Command("version", "Show the version"),
            (call, _) =>
            {
                if (call.Json)
                {
                    call.Print(new { version = Version });
                }
                else
                {
                    call.Say($"creel {Version}");
                }

                return Task.FromResult(ExitCodes.Ok);
            }
        );
}
