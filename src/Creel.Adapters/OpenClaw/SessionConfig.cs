using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Creel.Core.Rendering;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// The configuration of a group's own gateway, as OpenClaw 2026.9 takes it (<c>agents.entries</c>; the token by a variable). It
/// holds what the habitat says for this group's agents, and nothing of any other group's.
/// </summary>
public static partial class SessionConfig
{
    public const string FileName = "openclaw.session.json";

    /// <summary>The variable that the gateway reads its token from.</summary>
    public const string TokenVariable = "OPENCLAW_GATEWAY_TOKEN";

    /// <summary>What OpenClaw reads for all agents, and Creel only hands on.</summary>
    private static readonly string[] HandedOn = ["models", "session", "messages", "commands", "tools", "skills", "memory", "mcp"];

    /// <param name="workspaces">The folder of workspaces that nobody wrote out, as the gateway sees it.</param>
    /// <param name="bind"><c>loopback</c>, or <c>lan</c> where the boundary has addresses of its own.</param>
    /// <exception cref="Core.CreelException">A section of the habitat is no JSON object or list.</exception>
    public static string Write(RenderDesign design, RenderedGroup group, string workspaces, string bind)
    {
        var root = new JsonObject
        {
            ["gateway"] = Gateway(group, bind),
            ["agents"] = Agents(group, workspaces),
            // A browser would be another listener, and mDNS and the question for updates leave the boundary.
            ["browser"] = new JsonObject { ["enabled"] = false },
            ["discovery"] = new JsonObject { ["mdns"] = new JsonObject { ["mode"] = "off" } },
            ["update"] = new JsonObject { ["checkOnStart"] = false },
        };
        foreach (var name in HandedOn)
        {
            if (design.Habitat.Sections.TryGetValue(name, out var section))
            {
                root[name] = JsonNode.Parse(section);
            }
        }

        GroupChannels.Add(root, design.Habitat, group);
        return SessionJson.Write(json => root.WriteTo(json));
    }

    private static JsonObject Gateway(RenderedGroup group, string bind)
    {
        var control = new JsonObject { ["enabled"] = true };
        if (bind != "loopback")
        {
            // Without the list a gateway that does not bind to loopback alone refuses to start.
            control["allowedOrigins"] = new JsonArray($"http://127.0.0.1:{group.Port}", $"http://localhost:{group.Port}");
        }

        return new JsonObject
        {
            ["mode"] = "local",
            ["port"] = group.Port,
            ["bind"] = bind,
            ["controlUi"] = control,
            ["auth"] = new JsonObject { ["mode"] = "token", ["token"] = $"${{{TokenVariable}}}" },
        };
    }

    private static JsonObject Agents(RenderedGroup group, string workspaces)
    {
        var entries = new JsonObject();
        foreach (var agent in group.Agents)
        {
            var entry = new JsonObject { ["name"] = Literal(agent.Name) };
            if (agent.Model is { } model)
            {
                entry["model"] = Literal(model);
            }

            entry["workspace"] = Literal(agent.Workspace ?? $"{workspaces}/{agent.Id}");
            entries[agent.Id.Value] = entry;
        }

        var defaults = new JsonObject { ["maxConcurrent"] = 4 };
        var agents = new JsonObject { ["defaults"] = defaults, ["entries"] = entries };
        if (group.Agents.Count > 1)
        {
            // With several agents each surface names its owner; what names none is the system agent's.
            var first = group.Agents.FirstOrDefault(a => a.Default) ?? group.Agents[0];
            agents["ownership"] = "explicit";
            defaults["systemAgent"] = new JsonObject { ["agentId"] = first.Id.Value };
        }

        return agents;
    }

    /// <summary>Text that OpenClaw takes as it is: a <c>${NAME}</c> in it is no variable of its own.</summary>
    private static string Literal(string text) => Variable().Replace(text, "$$$0");

    [GeneratedRegex(@"\$\{[A-Z_][A-Z0-9_]*\}")]
    private static partial Regex Variable();
}
