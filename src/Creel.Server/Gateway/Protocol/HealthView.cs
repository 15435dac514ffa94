using System.Diagnostics;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol;

/// <summary>How agents, conversations and channels are, in the words of each protocol.</summary>
internal sealed class HealthView(GatewayPorts ports, GatewayConfig config, TimeProvider time)
{
    private const int UsualAck = 300;
    private const int Recent = 5;
    private const int RecentStatus = 10;

    public async ValueTask<JsonObject> HealthAsync(int protocol, bool probe, CancellationToken cancel)
    {
        var clock = Stopwatch.GetTimestamp();
        var states = await ports.Channels.ListAsync(probe, cancel);
        var agents = ports.Agents();
        var json = new JsonObject
        {
            ["ok"] = true,
            ["ts"] = Now,
            ["durationMs"] = (long)Stopwatch.GetElapsedTime(clock).TotalMilliseconds,
        };
        if (protocol >= 4)
        {
            json["plugins"] = new JsonObject
            {
                ["loaded"] = new JsonArray(),
                ["errors"] = new JsonArray(),
                ["unavailable"] = new JsonArray(),
            };
            json["configReload"] = new JsonObject { ["hotReloadStatus"] = "active" };
        }

        json["channels"] = ChannelsView.Summaries(states);
        json["channelOrder"] = ChannelsView.Order(states);
        json["channelLabels"] = ChannelsView.Labels(states);
        json["heartbeatSeconds"] = (long)(
            agents.Select(a => Beat(a.Id)?.Every).FirstOrDefault(e => e is not null)?.TotalSeconds ?? 0
        );
        json["defaultAgentId"] = ports.DefaultAgent();
        json["agents"] = new JsonArray([
            .. agents.Select(a =>
                (JsonNode)
                    new JsonObject
                    {
                        ["agentId"] = a.Id.Value,
                        ["isDefault"] = a.Default,
                        ["heartbeat"] = Heartbeat(Beat(a.Id)),
                        ["sessions"] = Sessions(a.Id),
                    }
            ),
        ]);
        json["sessions"] = Sessions(agents.FirstOrDefault(a => a.Default)?.Id);
        return json;
    }

    /// <param name="whole">Also whose conversations there are.</param>
    public JsonObject Status(int protocol, bool whole)
    {
        var agents = ports.Agents();
        var all = ports.Sessions.List();
        var json = new JsonObject();
        if (protocol >= 4)
        {
            json["runtimeVersion"] = config.Version;
        }

        json["heartbeat"] = new JsonObject
        {
            ["defaultAgentId"] = ports.DefaultAgent(),
            ["agents"] = new JsonArray([.. agents.Select(a => (JsonNode)Beat(a, protocol))]),
        };
        json["channelSummary"] = new JsonArray();
        json["queuedSystemEvents"] = new JsonArray();
        json["sessions"] = new JsonObject
        {
            ["paths"] = whole ? DeviceJson.Texts(agents.Select(a => StorePath(a.Id))) : new JsonArray(),
            ["count"] = all.Count,
            ["defaults"] = Defaults(withProvider: false),
            ["recent"] = whole ? RecentRows(all) : new JsonArray(),
            ["byAgent"] = whole
                ? new JsonArray([
                    .. agents.Select(a =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["agentId"] = a.Id.Value,
                                ["path"] = StorePath(a.Id),
                                ["count"] = all.Count(s => s.Agent == a.Id),
                                ["recent"] = RecentRows([.. all.Where(s => s.Agent == a.Id)]),
                            }
                    ),
                ])
                : new JsonArray(),
        };
        return json;
    }

    public JsonObject Defaults(bool withProvider = true)
    {
        var (provider, model) = ModelName.Split(ports.Habitat()?.Agents.FirstOrDefault(a => a.Default)?.Model);
        var json = new JsonObject();
        if (withProvider)
        {
            json["modelProvider"] = provider;
        }

        json["model"] = model;
        json["contextTokens"] = null;
        return json;
    }

    /// <summary>For people; the file belongs to the cell.</summary>
    public string StorePath(AgentId agent) =>
        Path.Combine(ports.State(agent) ?? config.StateFolder, "agents", agent.Value, "sessions", "sessions.json");

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private JsonObject Sessions(AgentId? agent)
    {
        var list = agent is { } id ? ports.Sessions.List(id) : [];
        return new JsonObject
        {
            ["path"] = StorePath(agent ?? AgentId.Parse("main")),
            ["count"] = list.Count,
            ["recent"] = new JsonArray([
                .. list.Take(Recent)
                    .Select(s =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["key"] = s.Key,
                                ["updatedAt"] = s.UpdatedAt.ToUnixTimeMilliseconds(),
                                ["age"] = Now - s.UpdatedAt.ToUnixTimeMilliseconds(),
                            }
                    ),
            ]),
        };
    }

    private JsonArray RecentRows(IReadOnlyList<SessionEntry> sessions) =>
        new([
            .. sessions
                .Take(RecentStatus)
                .Select(s =>
                {
                    var left = s.ContextTokens - s.TotalTokens;
                    return (JsonNode)
                        new JsonObject
                        {
                            ["agentId"] = s.Agent.Value,
                            ["key"] = s.Key,
                            ["kind"] = SessionJson.Kind(s.Key),
                            ["sessionId"] = s.SessionId,
                            ["updatedAt"] = s.UpdatedAt.ToUnixTimeMilliseconds(),
                            ["age"] = Now - s.UpdatedAt.ToUnixTimeMilliseconds(),
                            ["totalTokens"] = s.TotalTokens > 0 ? s.TotalTokens : null,
                            ["totalTokensFresh"] = s.TotalTokens > 0,
                            ["remainingTokens"] = left is > 0 ? left : null,
                            ["percentUsed"] = s is { ContextTokens: > 0 and var most, TotalTokens: > 0 and var used }
                                ? used * 100 / most
                                : null,
                            ["model"] = ModelName.Split(s.Model ?? ports.Habitat()?.Find(s.Agent)?.Model).Model,
                            ["contextTokens"] = s.ContextTokens,
                            ["flags"] = new JsonArray($"id:{s.SessionId}"),
                        };
                }),
        ]);

    private HeartbeatModel? Beat(AgentId agent) => ports.Rules(agent)?.Heartbeat;

    private static JsonObject Heartbeat(HeartbeatModel? beat) =>
        new()
        {
            ["enabled"] = beat is not null,
            ["every"] = Every(beat),
            ["everyMs"] = (long?)beat?.Every.TotalMilliseconds,
            ["prompt"] = beat?.Prompt ?? "",
            ["target"] = beat?.Target ?? "none",
            ["ackMaxChars"] = beat?.AckMaxChars ?? UsualAck,
        };

    private JsonObject Beat(AgentModel agent, int protocol)
    {
        var beat = Beat(agent.Id);
        var json = new JsonObject
        {
            ["agentId"] = agent.Id.Value,
            ["enabled"] = beat is not null,
            ["every"] = Every(beat),
            ["everyMs"] = (long?)beat?.Every.TotalMilliseconds,
        };
        if (protocol >= 4)
        {
            json["waitingForRoute"] = false;
        }

        return json;
    }

    private static string Every(HeartbeatModel? beat) =>
        beat?.Every switch
        {
            null => "disabled",
            { TotalHours: >= 1 and var hours } when hours == Math.Floor(hours) => $"{hours:0}h",
            { TotalMinutes: >= 1 and var minutes } when minutes == Math.Floor(minutes) => $"{minutes:0}m",
            { TotalSeconds: var seconds } => $"{seconds:0}s",
        };
}
