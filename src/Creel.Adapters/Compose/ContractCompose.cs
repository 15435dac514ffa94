using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;

namespace Creel.Adapters.Compose;

/// <summary>The older generator's compose file, field for field.</summary>
public static class ContractCompose
{
    public const string FileName = "docker-compose.yaml";

    /// <exception cref="Core.CreelException">A text in it would not read back as it is (H2).</exception>
    public static OutputFile File(ContractVariables variables, IReadOnlyList<ContractGroup> groups)
    {
        // The key of a service stood bare too.
        var services = groups.Select(g => (YamlScalar.WriteBare(g.Name, number: false), (YamlNode?)Service(variables, g)));
        var network = YamlNode.Of(("driver", new YamlNode.Text("bridge")), ("internal", YamlNode.Flag(true)));
        var document = YamlNode.Of(
            ("version", new YamlNode.Literal("'3.8'")),
            ("services", YamlNode.Of(services)),
            ("networks", groups.Any(g => g.Network == "internal") ? YamlNode.Of(("internal", network)) : null)
        );
        return new OutputFile(FileName, YamlText.Write(document), OutputFile.Open);
    }

    private static YamlNode.Map Service(ContractVariables variables, ContractGroup group)
    {
        var shared = ContractVariables.Elements(variables.SharedPaths).Select(path => $".{path}:{path}");
        string[] volumes = [$"./config/{group.Name}:{variables.Home}/.openclaw", .. shared];
        var names = string.Join(',', group.Members.Select(m => m.Name));
        var inside = group.Network == "internal";
        return YamlNode.Of(
            ("image", new YamlNode.Bare(variables.Image)),
            ("network_mode", inside ? null : new YamlNode.Bare(group.Network)),
            ("networks", inside ? YamlNode.Texts("internal") : null),
            ("mem_limit", Verbatim(group.Memory)),
            ("cpus", Verbatim(group.Cpu)),
            ("volumes", Bare(volumes)),
            ("environment", Bare([$"AGENT_NAMES={names}"]))
        );
    }

    private static YamlNode.Sequence Bare(IEnumerable<string> texts) => new([.. texts.Select(t => new YamlNode.Bare(t))]);

    private static YamlNode.Literal? Verbatim(string text) =>
        text.Length == 0 ? null : new YamlNode.Literal(YamlScalar.WriteBare(text, number: true));
}
