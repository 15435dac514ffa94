using System.Globalization;
using Creel.Core;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;

namespace Creel.Adapters.Systemd;

/// <summary>The older generator's unit, line for line.</summary>
public static class ContractUnit
{
    /// <param name="folder">The output folder, absolute: the unit names the configuration in it.</param>
    /// <exception cref="CreelException">The folder's path can't stand in a unit.</exception>
    public static OutputFile File(ContractVariables variables, ContractGroup group, string folder)
    {
        if (folder.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '%' or '"' or '\'' or '\\' or '$' or ';'))
        {
            throw new CreelException(
                Fault.Invalid(
                    "output-folder",
                    "the output folder's path has a space, a quote, '$', '%', ';' or a control character in it, which the older "
                        + "unit can't hold",
                    "Choose another SESSION_OUTPUT_DIR"
                )
            );
        }

        var port = group.Port.ToString(CultureInfo.InvariantCulture);
        var text = $"""
            [Unit]
            Description=OpenClaw Session - {group.Name} ({OneLine(variables.Habitat)})
            After=network.target desktop.service
            Wants=desktop.service

            [Service]
            Type=simple
            User={variables.User}
            WorkingDirectory={variables.Home}
            ExecStart=/usr/local/bin/openclaw gateway --config {folder}/{group.Name}/openclaw.session.json --bind lan --port {port}
            Restart=always
            RestartSec=3
            Environment=NODE_ENV=production
            Environment=NODE_OPTIONS=--experimental-sqlite
            Environment=PATH=/usr/bin:/usr/local/bin
            Environment=DISPLAY=:10

            [Install]
            WantedBy=multi-user.target

            """;
        return new OutputFile(Name(group), text, OutputFile.Open);
    }

    public static string Name(ContractGroup group) => $"openclaw-{group.Name}.service";

    /// <summary>A line break in the habitat's name was a way to write directives into the unit (H17).</summary>
    private static string OneLine(string text) =>
        new([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]);
}
