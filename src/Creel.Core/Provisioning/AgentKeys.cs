using System.Security.Cryptography;
using System.Text;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning;

/// <summary>By which names an agent, its session and its folder are known to a gateway.</summary>
/// <param name="fresh">For the original, which takes a new id where a name has no letter that it knows.</param>
public sealed class AgentKeys(ProvisioningMode mode, Func<Guid>? fresh = null)
{
    private const string Prefix = "agent:";

    /// <summary>Small letters and digits of ASCII, with one dash for all between them.</summary>
    /// <param name="of">Whose name it is: decides where the name has no letter to take.</param>
    public string Slug(string name, string of)
    {
        var slug = new StringBuilder();
        foreach (var c in PythonCase.Lower(name))
        {
            if (c is (>= 'a' and <= 'z') or (>= '0' and <= '9'))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString().TrimEnd('-');
        return text.Length > 0 ? text
            : mode == ProvisioningMode.Seed && fresh is not null ? fresh().ToString("N")
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, 16));
    }

    /// <summary>The agent's id at its gateway: the second part of its session's key, as it stands there; else from its name, or its id.</summary>
    public string Key(AgentSheet agent)
    {
        var parts = (agent.SessionKey ?? "").Split(':');
        return agent.SessionKey?.StartsWith(Prefix, StringComparison.Ordinal) == true && parts[1].Length > 0 ? parts[1]
            : mode == ProvisioningMode.Seed ? Slug(agent.Name, agent.Id)
            : $"mc-{agent.Id}";
    }

    public string Session(AgentSheet agent) =>
        string.IsNullOrEmpty(agent.SessionKey) ? $"{Prefix}{Key(agent)}:main" : agent.SessionKey;

    public static string LeadSession(string board) => $"{Prefix}lead-{board}:main";

    /// <summary>The original names an agent here that no gateway knows.</summary>
    public string MainSession(string gateway) =>
        mode == ProvisioningMode.Seed ? $"{Prefix}gateway-{gateway}:main" : $"{Prefix}{MainAgent(gateway)}:main";

    public static string MainAgent(string gateway) => $"mc-gateway-{gateway}";

    /// <exception cref="CreelException">The gateway says no root.</exception>
    public string Workspace(AgentSheet agent, string? root)
    {
        if (!string.IsNullOrEmpty(agent.Workspace))
        {
            return agent.Workspace;
        }

        if (string.IsNullOrEmpty(root))
        {
            throw new CreelException(
                Fault.Invalid("workspace-root", "gateway_workspace_root is required", "say workspaceRoot on the gateway")
            );
        }

        // The main agent's folder was there before its id was right.
        var key = Key(agent);
        key = key.StartsWith("mc-gateway-", StringComparison.Ordinal) ? key["mc-".Length..] : key;
        return $"{root.TrimEnd('/')}/workspace-{Slug(key, agent.Id)}";
    }
}
