using System.Globalization;
using Creel.Core.Rendering;

namespace Creel.Adapters.Compose;

/// <summary>
/// The way to the port of a gateway whose network has no way out, from which nothing can be published: a container that holds
/// nothing, stands in both networks, and hands bytes on to that one port.
/// </summary>
internal static class ComposeDoor
{
    /// <summary>A group's id has no dot in it, so that no group's service has this name.</summary>
    public static string Name(RenderedGroup group) => $"{GatewayCompose.Name(group)}.door";

    /// <summary>Where the port is published from. The gateway is not in it.</summary>
    public static YamlNode.Map Network() => YamlNode.Of(("driver", new YamlNode.Text("bridge")));

    public static YamlNode.Map Service(RenderedGroup group, RenderOptions options)
    {
        var port = group.Port.ToString(CultureInfo.InvariantCulture);
        var script =
            $"const n=require('net');n.createServer(c=>{{const s=n.connect({port},'{GatewayCompose.Name(group)}');"
            + "c.on('error',()=>s.destroy());s.on('error',()=>c.destroy());c.pipe(s).pipe(c)})"
            + $".listen({port})";
        return YamlNode.Of(
            ("image", GatewayCompose.Text(options.Image)),
            ("container_name", GatewayCompose.Text(Name(group))),
            ("user", GatewayCompose.User(options)),
            ("restart", GatewayCompose.Text("on-failure:5")),
            ("init", YamlNode.Flag(true)),
            ("read_only", YamlNode.Flag(true)),
            ("cap_drop", YamlNode.Texts("ALL")),
            ("security_opt", YamlNode.Texts("no-new-privileges:true")),
            ("entrypoint", YamlNode.Texts("node", "--max-old-space-size=32", "-e", script)),
            ("networks", YamlNode.Texts(GatewayCompose.Name(group), Name(group))),
            ("ports", YamlNode.Texts($"127.0.0.1:{port}:{port}")),
            ("mem_limit", YamlNode.Number(128 * 1024 * 1024)),
            ("memswap_limit", YamlNode.Number(128 * 1024 * 1024)),
            ("cpus", new YamlNode.Literal("0.25")),
            ("pids_limit", YamlNode.Number(32)),
            ("logging", GatewayCompose.Logging())
        );
    }
}
