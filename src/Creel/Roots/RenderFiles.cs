using System.Text;
using System.Text.RegularExpressions;
using Creel.Adapters.Compose;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.Systemd;
using Creel.Core.Rendering;

namespace Creel.Roots;

/// <summary>The hardened files of a habitat, by their parts.</summary>
internal static partial class RenderFiles
{
    public const string Marker = "Made by creel render. Don't edit: change the habitat, and render again.";

    public static string TokenFile(string group) => $"{group}/gateway-token.txt";

    public static string EnvironmentFile(string group) => $"{group}/group.env";

    public static string KeyFile(string group) => $"{group}/keys.env";

    /// <param name="folder">The output folder, absolute.</param>
    /// <param name="token">A group's token: the one that is there, or a new one.</param>
    public static IReadOnlyList<OutputFile> Of(
        RenderDesign design,
        RenderOptions options,
        string folder,
        Func<string, string> token
    )
    {
        var files = new List<OutputFile>();
        foreach (var group in design.Groups)
        {
            var id = group.Id.Value;
            var secret = token(id);
            var config = Config(design, group, options);
            files.Add(new OutputFile(TokenFile(id), $"{secret}\n", OutputFile.Private) { Once = true });
            files.Add(new OutputFile(KeyFile(id), Keys(Variables(group, config.Text)), OutputFile.Private) { Once = true });
            files.Add(new OutputFile(EnvironmentFile(id), Environment(group, secret), OutputFile.Private));
            files.Add(config);
            if (group.Target == RenderTarget.Systemd)
            {
                files.AddRange(GatewayUnits.Of(design, group, options, folder, Marker));
            }
        }

        var units = design.Groups.Where(g => g.Target == RenderTarget.Systemd).ToList();
        if (units.Count > 0 && options.User is null)
        {
            files.Add(GatewayUsers.File(units, Marker));
        }

        var services = design.Groups.Where(g => g.Target == RenderTarget.Compose).ToList();
        if (services.Count > 0)
        {
            files.Add(GatewayCompose.File(design, services, options, Marker));
        }

        return files;
    }

    /// <summary>The variables that a group's keys.env must set before its gateway works.</summary>
    public static IReadOnlyList<string> Missing(RenderedGroup group, string config, string keys) =>
        [
            .. Variables(group, config)
                .Where(v => !Regex.IsMatch(keys, $"^{v}=.", RegexOptions.Multiline | RegexOptions.NonBacktracking)),
        ];

    private static OutputFile Config(RenderDesign design, RenderedGroup group, RenderOptions options)
    {
        var unit = group.Target == RenderTarget.Systemd;
        var state = unit ? GatewayUnits.StateFolder(group) : GatewayCompose.StateFolder;
        var bind = unit ? "loopback" : GatewayCompose.Bind(group);
        return new OutputFile(
            $"{group.Id}/{SessionConfig.FileName}",
            SessionConfig.Write(design, group, $"{state}/workspaces", bind),
            OutputFile.Private
        )
        {
            Owner = unit ? null : options.ContainerUser,
        };
    }

    /// <summary>No quotes, and nothing that a shell would read otherwise: letters and digits alone.</summary>
    private static string Environment(RenderedGroup group, string token) =>
        $"# {Marker}\nGROUP={group.Id}\nGROUP_PORT={group.Port}\n{SessionConfig.TokenVariable}={token}\n";

    private static string Keys(IReadOnlyList<string> variables)
    {
        var text = new StringBuilder(
            "# Keys of this gateway, as NAME=VALUE. This file is yours: creel render never changes it.\n"
        );
        foreach (var variable in variables)
        {
            text.Append("# ").Append(variable).Append("=\n");
        }

        return text.ToString();
    }

    private static IReadOnlyList<string> Variables(RenderedGroup group, string config) =>
        [
            .. Reference()
                .Matches(config)
                .Select(m => m.Groups[1].Value)
                .Concat(group.KeyVariables)
                .Where(v => v != SessionConfig.TokenVariable)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    [GeneratedRegex(@"(?<!\$)\$\{([A-Z_][A-Z0-9_]*)\}")]
    private static partial Regex Reference();
}
