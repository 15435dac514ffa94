using System.Text.Json;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;

namespace Creel.Adapters.OpenClaw;

/// <summary>The older generator's session configuration, field for field: a guessable token on every address.</summary>
public static class ContractSession
{
    public static OutputFile File(ContractVariables variables, ContractGroup group) =>
        new(
            $"{group.Name}/openclaw.session.json",
            SessionJson.Write(json =>
            {
                json.WriteStartObject();
                json.Object("gateway", () => Gateway(json, group));
                json.Object("agents", () => Agents(json, variables, group));
                json.Object("plugins", () => json.Object("entries", () => Plugins(json, variables.Platform)));
                json.WriteEndObject();
            }),
            OutputFile.Open
        );

    private static void Gateway(Utf8JsonWriter json, ContractGroup group)
    {
        json.WriteString("mode", "local");
        json.WriteNumber("port", group.Port);
        json.WriteString("bind", "lan");
        json.Object(
            "controlUi",
            () =>
            {
                json.WriteBoolean("enabled", true);
                json.WriteBoolean("allowInsecureAuth", true);
            }
        );
        json.Object(
            "auth",
            () =>
            {
                json.WriteString("mode", "token");
                json.WriteString("token", $"session-{group.Name}");
            }
        );
    }

    private static void Agents(Utf8JsonWriter json, ContractVariables variables, ContractGroup group)
    {
        json.Object(
            "defaults",
            () =>
            {
                json.Object("model", () => json.WriteString("primary", ContractVariables.DefaultModel));
                json.WriteNumber("maxConcurrent", 4);
                json.WriteString("workspace", $"{variables.Home}/clawd");
            }
        );
        json.WriteStartArray("list");
        foreach (var agent in group.Members)
        {
            json.WriteStartObject();
            json.WriteString("id", agent.Id);
            json.WriteBoolean("default", agent == group.Members[0]);
            json.WriteString("name", agent.Name);
            json.WriteString("model", agent.Model);
            json.WriteString("workspace", $"{variables.Home}/clawd/agents/{agent.Id}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Plugins(Utf8JsonWriter json, string platform)
    {
        foreach (var channel in (string[])["telegram", "discord"])
        {
            json.Object(channel, () => json.WriteBoolean("enabled", platform == channel || platform == "both"));
        }
    }
}
