using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Patching;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>A habitat in memory with one writer: what clients change is read again at once.</summary>
internal sealed class MemoryHabitat : IGatewayRoster, IGatewaySettings
{
    private readonly Lock gate = new();
    private JsonObject written;

    public MemoryHabitat(params string[] agents)
    {
        written = new JsonObject
        {
            ["name"] = "memory",
            ["agents"] = new JsonObject
            {
                ["defaults"] = new JsonObject { ["model"] = "anthropic/claude-opus-4-6" },
                ["list"] = new JsonArray([
                    .. agents.Select(
                        (id, i) =>
                            (JsonNode)(
                                i == 0 ? new JsonObject { ["id"] = id, ["default"] = true } : new JsonObject { ["id"] = id }
                            )
                    ),
                ]),
            },
        };
        Read(written);
    }

    public HabitatModel Model { get; private set; } = null!;

    public ConcurrentQueue<string> Log { get; } = new();

    public ValueTask CreateAsync(RosterEntry entry, string by, CancellationToken cancel = default)
    {
        Change(list =>
        {
            if (list.Any(a => (string?)a!["id"] == entry.Agent.Value))
            {
                throw new CreelException(Fault.Conflict("agent", "it is there"));
            }

            list.Add(Put(new JsonObject { ["id"] = entry.Agent.Value }, entry));
        });
        Log.Enqueue($"create {entry.Agent} {by}");
        return default;
    }

    public ValueTask UpdateAsync(RosterEntry entry, string by, CancellationToken cancel = default)
    {
        Change(list => Put(list.First(a => (string?)a!["id"] == entry.Agent.Value)!.AsObject(), entry));
        Log.Enqueue($"update {entry.Agent} {by}");
        return default;
    }

    public ValueTask<int> DeleteAsync(AgentId agent, bool deleteFiles, string by, CancellationToken cancel = default)
    {
        Change(list => list.RemoveAt(list.IndexOf(list.First(a => (string?)a!["id"] == agent.Value))));
        return ValueTask.FromResult(0);
    }

    public ValueTask<SettingsView> GetAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            return ValueTask.FromResult(View());
        }
    }

    public ValueTask<SettingsChange> PatchAsync(string raw, string? baseHash, string by, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var before = View();
            if (baseHash is null)
            {
                throw GatewayException.Invalid("config base hash required; re-run config.get and retry");
            }

            if (baseHash != before.Hash)
            {
                throw GatewayException.Invalid("config changed since last load; re-run config.get and retry");
            }

            Read(Merged(written, JsonNode.Parse(raw)!.AsObject()));
            return ValueTask.FromResult(new SettingsChange(View(), View().Hash != before.Hash, false));
        }
    }

    public ValueTask<SettingsChange> SetAsync(string raw, string? baseHash, string by, CancellationToken cancel = default) =>
        PatchAsync(raw, baseHash, by, cancel);

    private static JsonObject Merged(JsonObject whole, JsonObject patch)
    {
        static Json5Object Tree(JsonObject json) => (Json5Object)Json5Reader.Read("memory", json.ToJsonString()).Root!;

        return JsonNode.Parse(Json5Text.Write(MergePatch.Apply(Tree(whole), Tree(patch))))!.AsObject();
    }

    private static JsonObject Put(JsonObject agent, RosterEntry entry)
    {
        foreach (var (key, value) in new[] { ("name", entry.Name), ("workspace", entry.Workspace), ("model", entry.Model) })
        {
            if (value is not null)
            {
                agent[key] = value;
            }
        }

        return agent;
    }

    private void Change(Action<JsonArray> change)
    {
        lock (gate)
        {
            var next = written.DeepClone().AsObject();
            change(next["agents"]!["list"]!.AsArray());
            Read(next);
        }
    }

    private void Read(JsonObject next)
    {
        var input = new HabitatInput { Main = new HabitatSource("habitat.json5", next.ToJsonString()), HomeFolder = "/root" };
        Model = HabitatReader.Read(input).Required();
        written = next;
    }

    private SettingsView View()
    {
        var raw = written.ToJsonString();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(raw)));
        return new SettingsView("/home/habitat.json5", true, raw, written, written, written, true, hash, [], [])
        {
            Bare = raw + " ",
        };
    }
}
