using System.CommandLine;

namespace Creel.Commands.Provisioning;

/// <summary><c>creel provision sync --gateway NAME</c>: templates brought up to date for all who are there already.</summary>
internal static class ProvisionSyncCommand
{
    public static Command Build(Cli cli)
    {
        var options = new ProvisionFlags();
        options.Gateway.Required = true;
        var main = new Option<bool>("--include-main") { Description = "Also the gateway's main agent" };
        var command = new Command("sync", "Bring the files of all agents that are there up to date, and try their tokens")
        {
            options.Gateway,
            options.Agent,
            main,
            options.Rotate,
            options.NoWake,
            options.Reset,
            options.Bootstrap,
            options.Overwrite,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                ProvisionProgress.ShowAsync(call, "provision/sync", options.Body(call, includeMain: call.Value(main)), cancel)
        );
    }
}
