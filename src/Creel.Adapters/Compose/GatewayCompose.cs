using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Rendering;

namespace Creel.Adapters.Compose;

/// <summary>The hardened compose file: a service, and where it has one a network, for each group.</summary>
public static class GatewayCompose
{
    /// <summary>Where a gateway keeps everything, inside.</summary>
    public const string StateFolder = "/state";

    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string ConfigFile = "/etc/openclaw/openclaw.session.json";

    /// <param name="marker">The line that every generated file begins with.</param>
    public static OutputFile File(RenderDesign design, IReadOnlyList<RenderedGroup> groups, RenderOptions options, string marker)
    {
        var networks = groups
            .Where(HasNetwork)
            .Select(g => (Name(g), (YamlNode?)Network(g)))
            .Concat(groups.Where(g => g.HasDoor).Select(g => (ComposeDoor.Name(g), (YamlNode?)ComposeDoor.Network())))
            .ToList();
        var document = YamlNode.Of(
            (
                "services",
                YamlNode.Of(
                    groups
                        .Select(g => (Name(g), (YamlNode?)Service(design, g, options)))
                        .Concat(
                            groups
                                .Where(g => g.HasDoor)
                                .Select(g => (ComposeDoor.Name(g), (YamlNode?)ComposeDoor.Service(g, options)))
                        )
                )
            ),
            ("networks", networks.Count == 0 ? null : YamlNode.Of(networks))
        );
        return new OutputFile(ContractCompose.FileName, $"# {marker}\n{YamlText.Write(document)}", OutputFile.Open);
    }

    /// <summary>On what the gateway listens: its boundary's own addresses, where the port is published from there.</summary>
    public static string Bind(RenderedGroup group) => HasNetwork(group) ? "lan" : "loopback";

    private static bool HasNetwork(RenderedGroup group) => group.Network is NetworkMode.Internal or NetworkMode.Bridge;

    internal static string Name(RenderedGroup group) => $"openclaw-{group.Id}";

    /// <summary>One for each group, so that groups do not reach each other.</summary>
    private static YamlNode.Map Network(RenderedGroup group) =>
        YamlNode.Of(
            ("driver", new YamlNode.Text("bridge")),
            ("internal", group.Network == NetworkMode.Internal ? YamlNode.Flag(true) : null)
        );

    private static YamlNode.Map Service(RenderDesign design, RenderedGroup group, RenderOptions options)
    {
        var port = group.Port.ToString(CultureInfo.InvariantCulture);
        var probe = $"fetch('http://127.0.0.1:{port}/').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))";
        return YamlNode.Of(
            ("image", Text(options.Image)),
            ("container_name", Text(Name(group))),
            ("user", User(options)),
            ("restart", Text("on-failure:5")),
            ("init", YamlNode.Flag(true)),
            ("read_only", YamlNode.Flag(true)),
            ("cap_drop", YamlNode.Texts("ALL")),
            ("security_opt", YamlNode.Texts("no-new-privileges:true")),
            ("entrypoint", YamlNode.Texts("openclaw")),
            ("command", YamlNode.Texts("gateway", "--bind", Bind(group), "--port", port)),
            ("working_dir", Text(StateFolder)),
            ("env_file", YamlNode.Texts($"./{group.Id}/group.env", $"./{group.Id}/keys.env")),
            ("environment", Environment(group)),
            ("volumes", Volumes(design, group)),
            ("tmpfs", YamlNode.Texts("/tmp:size=256m,mode=1777", "/run:size=64m,mode=1777")),
            (
                "network_mode",
                group.Network switch
                {
                    NetworkMode.None => Text("none"),
                    NetworkMode.Host => Text("host"),
                    _ => null,
                }
            ),
            ("networks", HasNetwork(group) ? YamlNode.Texts(Name(group)) : null),
            ("ports", group.Network == NetworkMode.Bridge ? YamlNode.Texts($"127.0.0.1:{port}:{port}") : null),
            ("mem_limit", Bytes(group.Limits.Memory)),
            ("memswap_limit", Bytes(group.Limits.Memory)),
            (
                "cpus",
                group.Limits.Cpu is { } cpu
                    ? new YamlNode.Literal(cpu.Value.ToString("0.0##", CultureInfo.InvariantCulture))
                    : null
            ),
            ("pids_limit", group.Limits.Pids is { } pids ? YamlNode.Number((long)pids.Value) : null),
            (
                "healthcheck",
                YamlNode.Of(
                    ("test", YamlNode.Texts("CMD", "node", "-e", probe)),
                    ("interval", Text("30s")),
                    ("timeout", Text("5s")),
                    ("retries", YamlNode.Number(3)),
                    ("start_period", Text("60s"))
                )
            ),
            ("logging", Logging())
        );
    }

    internal static YamlNode.Map Logging() =>
        YamlNode.Of(
            ("driver", Text("json-file")),
            ("options", YamlNode.Of(("max-size", Text("10m")), ("max-file", new YamlNode.Literal("\"3\""))))
        );

    internal static YamlNode.Text User(RenderOptions options) =>
        Text(string.Create(CultureInfo.InvariantCulture, $"{options.ContainerUser.Uid}:{options.ContainerUser.Gid}"));

    private static YamlNode.Map Environment(RenderedGroup group) =>
        YamlNode.Of(
            ("HOME", Text(StateFolder)),
            ("NODE_ENV", Text("production")),
            ("OPENCLAW_CONFIG_PATH", Text(ConfigFile)),
            ("OPENCLAW_STATE_DIR", Text(StateFolder)),
            ("AGENT_NAMES", Text(string.Join(',', group.Agents.Select(a => a.Name)))),
            // A name may have a comma in it.
            ("AGENT_NAMES_JSON", Text(JsonSerializer.Serialize(group.Agents.Select(a => a.Name), Plainly)))
        );

    private static YamlNode.Sequence Volumes(RenderDesign design, RenderedGroup group)
    {
        var written = group.Agents.Select(a => a.Workspace).OfType<string>().Select(w => new SharedPath(w, Writable: true));
        var bound = written.Concat(design.Habitat.SharedPaths).DistinctBy(p => p.Path);
        return new YamlNode.Sequence([
            Bound($"./{group.Id}/openclaw.session.json", ConfigFile, writable: false),
            Bound($"./{group.Id}/state", StateFolder, writable: true),
            .. bound.Select(p => Bound(p.Path, p.Path, p.Writable)),
        ]);
    }

    /// <summary>
    /// In the long form, since in the short one a source that is not there is made, as an empty folder of root's. The option that
    /// says so (create_host_path) the older docker-compose refuses.
    /// </summary>
    private static YamlNode.Map Bound(string source, string target, bool writable) =>
        YamlNode.Of(
            ("type", Text("bind")),
            ("source", Text(source)),
            ("target", Text(target)),
            ("read_only", writable ? null : YamlNode.Flag(true))
        );

    private static YamlNode.Literal? Bytes(Limit? limit) => limit is { } value ? YamlNode.Number((long)value.Value) : null;

    /// <summary>Compose replaces <c>$NAME</c> in every text; two are one.</summary>
    internal static YamlNode.Text Text(string text) => new(text.Replace("$", "$$", StringComparison.Ordinal));
}
