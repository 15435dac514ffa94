using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Puts a new token into the place of the old one in an agent's file, at its gateway, and leaves the rest of it as it is.</summary>
public sealed class TokenHandover(ForeignGateways gateways, AgentTokens tokens, TimeProvider time) : ITokenHandover
{
    private const string File = "TOOLS.md";

    /// <summary>A session that began before reads the file again by then, or when it is refused.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    public async ValueTask<DateTimeOffset> HandOverAsync(DesiredAgent agent, CancellationToken cancel = default)
    {
        if (agent is not { Gateway: { } gateway, Files: not null })
        {
            throw new CreelException(
                Fault.Refused(
                    "agent-without-token",
                    $"agent '{agent.Agent}' has no token of ours: it is in a cell, or its files are its gateway's own"
                )
            );
        }

        var line = await gateways.LineAsync(gateway, cancel);
        var id = agent.Registration.Id;
        var before = await ReadAsync(line, id, cancel);
        if (TokenLine.Find(before) is null)
        {
            throw new CreelException(
                Fault.Conflict(
                    "no-token-line",
                    $"there is no line {TokenLine.Name}=… in the {File} of '{agent.Agent}'",
                    $"creel provision --agent {agent.Agent} --overwrite"
                )
            );
        }

        var fresh = await tokens.MintAsync(agent.Agent, cancel);
        await line.CallAsync(
            "agents.files.set",
            new JsonObject
            {
                ["agentId"] = id,
                ["name"] = File,
                ["content"] = TokenLine.Replace(before!, fresh),
            },
            null,
            cancel
        );
        if (TokenLine.Find(await ReadAsync(line, id, cancel)) != fresh)
        {
            throw new CreelException(
                Fault.Conflict(
                    "token-lost",
                    $"the {File} of '{agent.Agent}' has another token than the one that was just written: somebody else writes there",
                    "The tokens before it hold on. Try again."
                )
            );
        }

        var until = time.GetUtcNow() + Overlap;
        await tokens.SucceedAsync(agent.Agent, fresh, until, cancel);
        return until;
    }

    private static async Task<string?> ReadAsync(IGatewayLine line, string id, CancellationToken cancel)
    {
        var answer = await line.CallAsync("agents.files.get", new JsonObject { ["agentId"] = id, ["name"] = File }, null, cancel);
        var file = Payloads.Member(answer, "file");
        return file.ValueKind == JsonValueKind.Object ? Payloads.Text(file, "content") : Payloads.Text(answer, "content");
    }
}
