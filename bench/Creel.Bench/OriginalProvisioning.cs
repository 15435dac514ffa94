using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Bench;

/// <summary>
/// The original control plane's sequence of calls for a new agent, one agent after another. Its patch is written in the dialect of the
/// newer gateway, which refuses the original's own.
/// </summary>
internal sealed class OriginalProvisioning(OneCallLine line, string workspaces)
{
    private static readonly TimeSpan Unseen = TimeSpan.FromSeconds(20);

    /// <summary>Calls that were made again, since the gateway did not see the agent yet: the newest version of the original waits so.</summary>
    public int Again { get; private set; }

    /// <summary>Time that went into opening conversations, which <c>creel provision</c> leaves to the first words in them.</summary>
    public TimeSpan Opening { get; private set; }

    public async Task ProvisionAsync(string id, IReadOnlyList<KeyValuePair<string, string>> files)
    {
        var workspace = $"{workspaces}/workspace-{id}";
        var opens = Stopwatch.GetTimestamp();
        await CallAsync("sessions.patch", new() { ["key"] = $"agent:{id}:main", ["label"] = id });
        Opening += Stopwatch.GetElapsedTime(opens);
        await CallAsync("agents.list");
        await CallAsync("agents.create", new() { ["name"] = id, ["workspace"] = workspace });
        await CallAsync(
            "agents.update",
            new()
            {
                ["agentId"] = id,
                ["name"] = $"Agent {id}",
                ["workspace"] = workspace,
            }
        );
        await PatchAsync(id, workspace);
        var main = (await CallAsync("agents.list")).GetProperty("defaultId").GetString();
        await CallAsync("agents.files.list", new() { ["agentId"] = main });
        await CallAsync("agents.files.list", new() { ["agentId"] = id });
        foreach (var (name, text) in files)
        {
            await CallAsync(
                "agents.files.set",
                new()
                {
                    ["agentId"] = id,
                    ["name"] = name,
                    ["content"] = text,
                }
            );
        }
    }

    private async Task PatchAsync(string id, string workspace)
    {
        var config = await CallAsync("config.get");
        var patch = new JsonObject
        {
            ["agents"] = new JsonObject
            {
                ["entries"] = new JsonObject
                {
                    [id] = new JsonObject
                    {
                        ["workspace"] = workspace,
                        ["heartbeat"] = new JsonObject { ["every"] = "10m", ["target"] = "none" },
                    },
                },
            },
        };
        await CallAsync(
            "config.patch",
            new() { ["raw"] = patch.ToJsonString(), ["baseHash"] = config.GetProperty("hash").GetString() }
        );
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject? parameters = null)
    {
        var began = Stopwatch.GetTimestamp();
        for (var pause = TimeSpan.FromSeconds(0.5); ; pause = TimeSpan.FromSeconds(Math.Min(pause.TotalSeconds * 2, 4)))
        {
            var why = "";
            if (await line.TryAsync(method, parameters, said => why = said) is { } payload)
            {
                return payload;
            }

            if (why.Contains("unsupported file", StringComparison.Ordinal))
            {
                return default;
            }

            var unseen =
                why.Contains("not found", StringComparison.Ordinal) || why.Contains("unknown agent", StringComparison.Ordinal);
            if (!unseen || Stopwatch.GetElapsedTime(began) > Unseen)
            {
                throw new InvalidOperationException($"{method}: {why}");
            }

            Again++;
            await Task.Delay(pause);
        }
    }
}
