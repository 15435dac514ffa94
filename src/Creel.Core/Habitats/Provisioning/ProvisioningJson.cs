using System.Globalization;
using System.Text.Json;
using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>Boards, users and gateways with their agents, for <c>creel habitat show</c>; each where there is one.</summary>
internal static class ProvisioningJson
{
    public static void Write(Utf8JsonWriter json, HabitatModel habitat)
    {
        var said = habitat.Provisioning;
        Each(json, "users", said.Users, User);
        Each(json, "boards", said.Boards, Board);
        if (said.Templates.Folder is { } folder)
        {
            json.WriteStartObject("templates");
            json.WriteString("folder", folder);
            json.WriteStartArray("own");
            foreach (var name in said.Templates.Own.Keys.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Each(json, "gateways", habitat.ForeignGateways, (writer, gateway) => Gateway(writer, gateway, said));
    }

    private static void User(Utf8JsonWriter json, UserSheet user)
    {
        Text(json, "name", user.Name);
        Text(json, "preferredName", user.PreferredName);
        Text(json, "email", user.Email);
        Text(json, "pronouns", user.Pronouns);
        Text(json, "timezone", user.Timezone);
        Text(json, "notes", user.Notes);
        Text(json, "context", user.Context);
    }

    private static void Board(Utf8JsonWriter json, BoardModel board)
    {
        json.WriteString("name", board.Sheet.Name);
        json.WriteString("type", board.Sheet.Type);
        Text(json, "objective", board.Sheet.Objective);
        Element(json, "successMetrics", board.Sheet.SuccessMetrics);
        Text(json, "targetDate", board.Sheet.TargetDate?.ToString("s", CultureInfo.InvariantCulture));
        json.WriteBoolean("goalConfirmed", board.Sheet.GoalConfirmed);
        Text(json, "lead", board.Lead?.Value);
        Text(json, "user", board.User);
    }

    private static void Gateway(Utf8JsonWriter json, ForeignGatewayModel gateway, ProvisioningModel said)
    {
        json.WriteString("url", gateway.Url.OriginalString);
        Text(json, "pin", gateway.Pin);
        Text(json, "ca", gateway.CaFile);
        json.WriteBoolean("device", gateway.Device);
        Text(json, "workspaceRoot", gateway.WorkspaceRoot);
        Text(json, "baseUrl", gateway.BaseUrl);
        Text(json, "checkIn", string.Create(CultureInfo.InvariantCulture, $"{gateway.CheckIn.TotalSeconds}s"));
        Text(json, "mirror", gateway.Mirror);
        if (gateway.Agents.Count == 0)
        {
            return;
        }

        json.WriteStartObject("agents");
        foreach (var agent in gateway.Agents)
        {
            json.WriteStartObject(agent.Id.Value);
            Agent(json, agent, said);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Agent(Utf8JsonWriter json, GatewayAgentModel agent, ProvisioningModel said)
    {
        var part = said.Agents.GetValueOrDefault(agent.Id) ?? new ProvisionedModel();
        var kind = agent.IsMain ? AgentKind.Main : said.KindOf(agent.Id);
        json.WriteString("name", agent.Name);
        json.WriteString("kind", kind.ToString().ToLowerInvariant());
        Text(json, "board", part.Board);
        Text(json, "user", part.User ?? (part.Board is { } board ? said.Boards[board].User : null));
        Text(json, "session", agent.Session);
        Text(json, "workspace", agent.Workspace);
        Element(json, "heartbeat", agent.Heartbeat);
        json.WriteBoolean("files", agent.Files);
    }

    private static void Each<T>(
        Utf8JsonWriter json,
        string name,
        IReadOnlyDictionary<string, T> all,
        Action<Utf8JsonWriter, T> write
    )
    {
        if (all.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in all.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(key);
            write(json, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Element(Utf8JsonWriter json, string name, JsonElement? value)
    {
        if (value is { } element)
        {
            json.WritePropertyName(name);
            element.WriteTo(json);
        }
    }
}
