using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Turns over the one line to each gateway.</summary>
public sealed class ElsewhereTurns(Func<HabitatModel?> habitat, Func<ForeignGateways> gateways) : IElsewhereTurns
{
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(20);

    /// <summary>The gateway ends the turn itself; so much later we give it up.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    public async Task ReachAsync(AgentId agent, CancellationToken cancel = default)
    {
        var (line, there) = await LineAsync(agent, cancel);
        try
        {
            await line.HelloAsync(cancel).WaitAsync(Reach, cancel);
        }
        catch (TimeoutException)
        {
            throw new CreelException(Fault.Unavailable("gateway-gone", $"gateway '{there.Gateway}' can't be reached"));
        }
    }

    public async Task<ElsewhereAnswer> TurnAsync(
        AgentId agent,
        string run,
        string message,
        TimeSpan timeout,
        CancellationToken cancel = default
    )
    {
        var (line, there) = await LineAsync(agent, cancel);
        var session = AgentSessions.Of(there);
        var asked = new JsonObject
        {
            ["message"] = message,
            ["sessionKey"] = session,
            ["idempotencyKey"] = run,
            ["deliver"] = false,
            ["timeout"] = (long)Math.Ceiling(timeout.TotalSeconds),
        };
        try
        {
            // One try: what was heard once must not be started twice.
            var answer = await line.CallAsync("agent", asked, CallManner.Once with { Deadline = timeout + Later }, cancel);
            return Read(answer, session);
        }
        catch (OperationCanceledException)
        {
            _ = AbortAsync(line, session, run);
            throw;
        }
    }

    private static async Task AbortAsync(IGatewayLine line, string session, string run)
    {
        try
        {
            await line.CallAsync("chat.abort", new JsonObject { ["sessionKey"] = session, ["runId"] = run }, CallManner.Once);
        }
        catch (CreelException)
        {
            // It ends by its own time.
        }
    }

    private static ElsewhereAnswer Read(JsonElement answer, string session)
    {
        if (Payloads.Text(answer, "status") is { } status and not "ok")
        {
            var why = Payloads.Text(answer, "summary") ?? status;
            throw new CreelException(Fault.Invalid("gateway-turn", $"its gateway says: {PlainLine.Of(why, 200)}"));
        }

        var payloads = Payloads.Member(Payloads.Member(answer, "result"), "payloads");
        var said = payloads.ValueKind == JsonValueKind.Array ? payloads.EnumerateArray().ToList() : [];
        var texts = said.Select(p => Payloads.Text(p, "text")).Where(t => !string.IsNullOrEmpty(t));
        return new ElsewhereAnswer(
            string.Join("\n\n", texts),
            session,
            said.Count > 0 && said.All(p => Payloads.Flag(p, "isError"))
        );
    }

    private async Task<(IGatewayLine Line, GatewayAgentModel Agent)> LineAsync(AgentId agent, CancellationToken cancel)
    {
        var there =
            habitat()?.ForeignGateways.Values.SelectMany(g => g.Agents).FirstOrDefault(a => a.Id == agent)
            ?? throw new CreelException(Fault.Unavailable("agent-gone", $"the habitat has no agent '{agent}' elsewhere now"));
        return (await gateways().LineAsync(there.Gateway, cancel), there);
    }
}
