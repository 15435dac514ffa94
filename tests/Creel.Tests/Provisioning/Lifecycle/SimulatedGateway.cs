using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>A gateway in memory, with a clock of its own, that counts what it is asked and stops where it is told.</summary>
internal sealed class SimulatedGateway : IControlPlane
{
    private readonly Lock one = new();
    private readonly SortedDictionary<string, JsonObject> agents = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Agent, string Name), (string Text, long At)> files = [];
    private long clock = 1000;

    /// <summary>Called with the name of each call, before it does something and after.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public Action<string> After { get; set; } = _ => { };

    /// <summary>From now on it is gone when something is to be written.</summary>
    public void GoesAtWrites() =>
        Before = call =>
        {
            if (call.StartsWith("write", StringComparison.Ordinal))
            {
                throw new CreelException(Fault.Unavailable("gateway-gone", "it is gone"));
            }
        };

    public ConcurrentQueue<string> Calls { get; } = [];

    public SortedSet<string> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>How often each conversation was begun anew.</summary>
    public ConcurrentDictionary<string, int> Resets { get; } = [];

    public HashSet<string> Supported { get; } =
    ["AGENTS.md", "BOOTSTRAP.md", "HEARTBEAT.md", "IDENTITY.md", "MEMORY.md", "SOUL.md", "TOOLS.md", "USER.md"];

    /// <summary>Its agents are a list, and it leaves first instructions where they are.</summary>
    public bool Older { get; set; }

    /// <summary>Taken, and in no list.</summary>
    public HashSet<string> Unlisted { get; } = [];

    /// <summary>What it puts into a new workspace by itself.</summary>
    public Dictionary<string, string> Givens { get; } = new() { ["SOUL.md"] = "# a soul", ["USER.md"] = "# nobody yet" };

    public static readonly string[] Writing =
    [
        "upsert",
        "delete",
        "session",
        "reset",
        "session-delete",
        "write",
        "patch",
        "file-delete",
    ];

    public int Writes => Calls.Count(c => Writing.Contains(c.Split(' ')[0]));

    public IReadOnlyCollection<string> Ids => agents.Keys;

    public string? this[string agent, string name]
    {
        get => files.TryGetValue((agent, name), out var file) ? file.Text : null;
        set
        {
            lock (one)
            {
                if (value is null)
                {
                    files.Remove((agent, name));
                }
                else
                {
                    files[(agent, name)] = (value, clock++);
                }
            }
        }
    }

    public JsonObject Agent(string id) => agents[id];

    public void Put(string id, string name, string workspace) =>
        agents[id] = new JsonObject { ["name"] = name, ["workspace"] = workspace };

    public Task EnsureSessionAsync(string key, string? label, CancellationToken cancel = default) =>
        Do($"session {key}", () => Sessions.Add(key));

    public Task ResetSessionAsync(string key, CancellationToken cancel = default) =>
        Do($"reset {key}", () => Resets.AddOrUpdate(key, 1, (_, n) => n + 1));

    public Task DeleteSessionAsync(string key, CancellationToken cancel = default) =>
        Do($"session-delete {key}", () => Sessions.Remove(key));

    public Task<IReadOnlyCollection<string>> UpsertAgentsAsync(
        IReadOnlyList<AgentRegistration> all,
        CancellationToken cancel = default
    ) =>
        Ask<IReadOnlyCollection<string>>(
            $"upsert {string.Join(',', all.Select(a => a.Id))}",
            () =>
            {
                string[] made = [.. all.Select(a => a.Id).Where(id => !agents.ContainsKey(id))];
                foreach (var agent in all)
                {
                    if (!agents.ContainsKey(agent.Id))
                    {
                        foreach (var (name, text) in Givens)
                        {
                            files[(agent.Id, name)] = (text, clock++);
                        }
                    }

                    agents[agent.Id] = new JsonObject
                    {
                        ["name"] = agent.Name,
                        ["workspace"] = agent.Workspace,
                        ["heartbeat"] = agent.Heartbeat.DeepClone(),
                    };
                }

                return made;
            }
        );

    public Task DeleteAgentAsync(string id, bool deleteFiles = true, CancellationToken cancel = default) =>
        Do(
            $"delete {id}",
            () =>
            {
                agents.Remove(id);
                foreach (var key in files.Keys.Where(k => k.Agent == id).ToList())
                {
                    files.Remove(key);
                }
            }
        );

    public Task<IReadOnlySet<string>> ListSupportedFilesAsync(CancellationToken cancel = default) =>
        Ask<IReadOnlySet<string>>("supported", () => Supported);

    public Task<IReadOnlyDictionary<string, GatewayFile>> ListAgentFilesAsync(string id, CancellationToken cancel = default) =>
        Ask<IReadOnlyDictionary<string, GatewayFile>>(
            $"list {id}",
            () => Known(id, Supported.Except(Unlisted).ToDictionary(n => n, n => Listed(id, n)))
        );

    public Task SetAgentFileAsync(string id, string name, string content, CancellationToken cancel = default) =>
        Do(
            $"write {id} {name}",
            () =>
            {
                _ = Known(id, 0);
                files[(id, name)] = Supported.Contains(name)
                    ? (content, clock++)
                    : throw new CreelException(Fault.Invalid("unsupported-file", $"unsupported file {name}"));
            }
        );

    public Task PatchHeartbeatsAsync(IReadOnlyList<HeartbeatEntry> all, CancellationToken cancel = default) =>
        Do("patch", () => all.ToList().ForEach(e => agents[e.Id]["heartbeat"] = e.Heartbeat.DeepClone()));

    public Task<ObservedRoster> ReadRosterAsync(CancellationToken cancel = default) =>
        Ask(
            "roster",
            () =>
            {
                var entries = new JsonObject(agents.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value.DeepClone())));
                var list = new JsonArray([
                    .. agents.Select(a =>
                    {
                        var agent = a.Value.DeepClone().AsObject();
                        agent["id"] = a.Key;
                        return (JsonNode)agent;
                    }),
                ]);
                var shown = new JsonObject
                {
                    ["showOk"] = false,
                    ["showAlerts"] = true,
                    ["useIndicator"] = true,
                };
                var config = new JsonObject
                {
                    ["channels"] = Older ? new JsonObject { ["defaults"] = new JsonObject { ["heartbeat"] = shown } } : null,
                    ["agents"] = Older ? new JsonObject { ["list"] = list } : new JsonObject { ["entries"] = entries },
                };
                return new ObservedRoster(
                    JsonSerializer.SerializeToElement(new JsonObject { ["parsed"] = config }),
                    Older ? 3 : 4
                );
            }
        );

    public async Task<IReadOnlyList<FoundAgent>> FindAgentsAsync(CancellationToken cancel = default) =>
        FoundAgents.Of(await ReadRosterAsync(cancel), default);

    public Task<string?> ReadAgentFileAsync(string id, string name, CancellationToken cancel = default) =>
        Ask($"read {id} {name}", () => Known(id, this[id, name]));

    public Task<bool> DeleteAgentFileAsync(string id, string name, CancellationToken cancel = default) =>
        Ask($"file-delete {id} {name}", () => files.Remove((id, name)));

    private GatewayFile Listed(string id, string name) =>
        files.TryGetValue((id, name), out var file)
            ? new GatewayFile(name, false, Encoding.UTF8.GetByteCount(file.Text), file.At)
            : new GatewayFile(name, true, null, null);

    private T Known<T>(string id, T value) =>
        agents.ContainsKey(id) ? value : throw new CreelException(Fault.NotFound("gateway-agent", $"agent \"{id}\" not found"));

    private Task Do(string call, Action act) =>
        Ask(
            call,
            () =>
            {
                act();
                return 0;
            }
        );

    private Task<T> Ask<T>(string call, Func<T> answer)
    {
        Calls.Enqueue(call);
        Before(call);
        T value;
        lock (one)
        {
            value = answer();
        }

        After(call);
        return Task.FromResult(value);
    }
}
