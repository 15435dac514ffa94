using System.Globalization;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>The gateway's configuration: its agents, and the relay as its only way to a model. It holds no provider's key.</summary>
internal static class GatewayConfig
{
    /// <param name="agents">Those whose brain it is.</param>
    /// <param name="relayPort">0: there is none, and the providers are OpenClaw's own.</param>
    /// <param name="token">What a client of the gateway shows.</param>
    /// <param name="own">Providers that somebody wrote in here, which stay, whatever name they have.</param>
    public static byte[] Write(
        IReadOnlyList<WelcomeAgent> agents,
        int port,
        int relayPort,
        string token,
        IReadOnlyDictionary<string, JsonElement>? own = null
    ) =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("gateway");
            json.WriteString("mode", "local");
            json.WriteNumber("port", port);
            json.WriteString("bind", "loopback");
            json.WriteStartObject("auth");
            json.WriteString("mode", "token");
            json.WriteString("token", token);
            json.WriteEndObject();
            json.WriteEndObject();
            if (relayPort > 0)
            {
                Providers(json, agents, relayPort, own ?? new Dictionary<string, JsonElement>());
            }

            Agents(json, agents);
            json.WriteEndObject();
        });

    /// <summary>By what a provider of ours begins: all others are somebody's own.</summary>
    public static string Relay(int relayPort) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{relayPort}");

    private static void Providers(
        Utf8JsonWriter json,
        IReadOnlyList<WelcomeAgent> agents,
        int relayPort,
        IReadOnlyDictionary<string, JsonElement> own
    )
    {
        var relay = Relay(relayPort);

        // No key: the proxy takes it off. Where one agent alone uses it, it says in the book who called.
        var key = agents.Count == 1 ? $"proxy:{agents[0].Id}" : "proxy";
        var asked = agents
            .Select(a => a.Model?.Split('/', 2))
            .Where(model => model is [{ Length: > 0 }, { Length: > 0 }])
            .ToLookup(model => model![0], model => model![1]);
        // Only whom somebody asked for: with a second one OpenClaw would begin to use it, for its memory's index say.
        var names = asked.Count > 0 ? asked.Select(models => models.Key) : ["anthropic", "openai"];
        json.WriteStartObject("models");
        json.WriteStartObject("providers");
        foreach (var name in names.Where(name => !own.ContainsKey(name)))
        {
            switch (name)
            {
                case "anthropic":
                    Provider(json, name, key, relay + "/anthropic", "anthropic-messages", []);
                    break;
                case "openai":
                    Provider(json, name, key, relay + "/openai/v1", "openai-responses", []);
                    break;
                default:
                    Provider(json, name, key, $"{relay}/{name}/v1", "openai-completions", [.. asked[name].Distinct()]);
                    break;
            }
        }

        foreach (var (name, provider) in own.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(name);
            provider.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="models">Those that OpenClaw can't know by itself.</param>
    private static void Provider(
        Utf8JsonWriter json,
        string name,
        string key,
        string url,
        string api,
        IReadOnlyList<string> models
    )
    {
        json.WriteStartObject(name);
        json.WriteString("baseUrl", url);
        json.WriteString("apiKey", key);
        json.WriteString("api", api);
        json.WriteStartArray("models");
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("id", model);
            json.WriteString("name", model);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Agents(Utf8JsonWriter json, IReadOnlyList<WelcomeAgent> agents)
    {
        json.WriteStartObject("agents");
        json.WriteStartObject("defaults");
        // What nobody asked for would cost money every half hour.
        json.WriteStartObject("heartbeat");
        json.WriteString("every", "0m");
        json.WriteEndObject();
        Model(json, agents.Select(a => a.Model).FirstOrDefault(model => model is { Length: > 0 }));
        json.WriteEndObject();
        json.WriteStartObject("entries");
        foreach (var agent in agents)
        {
            json.WriteStartObject(agent.Id);
            json.WriteString("name", agent.Name);
            json.WriteString("workspace", agent.Workspace);
            Model(json, agent.Model);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Model(Utf8JsonWriter json, string? model)
    {
        if (model is { Length: > 0 })
        {
            json.WriteStartObject("model");
            json.WriteString("primary", model);
            json.WriteEndObject();
        }
    }
}
