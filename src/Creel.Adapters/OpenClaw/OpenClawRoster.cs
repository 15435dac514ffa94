using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>The agents in a gateway's configuration, read and written over its line.</summary>
/// <param name="asSeed">As the first of its kind wrote it: always, and once.</param>
internal sealed class OpenClawRoster(IGatewayLine line, bool asSeed)
{
    private const int MostConflicts = 8;
    private static readonly TimeSpan RestartBeside = TimeSpan.FromSeconds(10);

    public async Task<ObservedRoster> ReadAsync(CancellationToken cancel) =>
        new(await line.CallAsync("config.get", null, null, cancel), (await line.HelloAsync(cancel)).Protocol);

    public async Task<bool> HasAsync(string id, CancellationToken cancel) => (await ReadAsync(cancel)).Agents.ContainsKey(id);

    public async Task PatchAsync(IReadOnlyList<HeartbeatEntry> agents, CancellationToken cancel)
    {
        for (var conflicts = 0; agents.Count > 0; conflicts++)
        {
            var there = await ReadAsync(cancel);
            var patch = asSeed
                ? HeartbeatPatch.Seed(there, agents)
                : HeartbeatPatch.Of(there, agents, await DefaultAsync(there, cancel));
            if (patch is null)
            {
                return;
            }

            try
            {
                await WriteAsync(patch, cancel);
                return;
            }
            catch (CreelException e)
                when (!asSeed && conflicts < MostConflicts && e.Fault.Code is "gateway-conflict" or "gateway-unsure")
            {
                // Read again: it says what somebody else wrote, or that ours is there already.
            }
        }
    }

    private async Task WriteAsync(HeartbeatPatch patch, CancellationToken cancel)
    {
        var parameters = new JsonObject { ["raw"] = patch.Raw };
        if (patch.BaseHash is { } hash)
        {
            parameters["baseHash"] = hash;
        }

        var done = await line.CallAsync("config.patch", parameters, null, cancel);
        var restart = Payloads.Member(done, "restart");
        if (!asSeed && Payloads.Flag(restart, "ok"))
        {
            // What is said until then may be lost: it will end all lines.
            var delay = TimeSpan.FromMilliseconds(Math.Clamp(Payloads.Number(restart, "delayMs") ?? 0, 0, 60_000));
            await line.RestartedAsync(delay + RestartBeside, cancel);
        }
    }

    /// <summary>The default agent; asked for only where no agent has a heartbeat of its own yet.</summary>
    private async Task<string?> DefaultAsync(ObservedRoster there, CancellationToken cancel) =>
        there.HasHeartbeats ? null : RosterReading.DefaultAgent(await line.CallAsync("agents.list", null, null, cancel));
}
