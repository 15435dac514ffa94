using System.CommandLine;
using Creel.Core;

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
            options.Yes,
        };
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                var files = await UnheededFiles.AskAsync(call, cancel);
                files.Say(call);
                if (
                    !await new ProvisionConsent(call, options, files).ForSyncAsync(
                        call.Value(main),
                        call.Value(options.Yes),
                        cancel
                    )
                )
                {
                    call.Note("nothing was changed");
                    return ExitCodes.Negative;
                }

                var body = options.Body(call, includeMain: call.Value(main));
                return await ProvisionProgress.ShowAsync(call, "provision/sync", body, cancel);
            }
        );
    }
}
