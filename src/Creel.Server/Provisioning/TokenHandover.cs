using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Puts a new token into the place of the old one in an agent's file, at its gateway, and leaves the rest of it as it is.</summary>
public sealed class TokenHandover(ForeignGateways gateways, AgentTokens tokens, TimeProvider time) : ITokenHandover
{
    /// <summary>Where it stands: the second where the gateway keeps no file of the first name.</summary>
    private static readonly string[] Names = ["TOOLS.md", "AGENTS.md"];

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
        var (name, before) = await FindAsync(line, id, cancel);
        if (name is null)
        {
            throw new CreelException(
                Fault.Conflict(
                    "no-token-line",
                    $"there is no line {TokenLine.Name}=… in the files of '{agent.Agent}' at {gateway}",
                    $"creel provision --agent {agent.Agent}"
                )
            );
        }

        var fresh = await tokens.MintAsync(agent.Place, cancel);
        await line.CallAsync(
            "agents.files.set",
            new JsonObject
            {
                ["agentId"] = id,
                ["name"] = name,
                ["content"] = TokenLine.Replace(before!, fresh),
            },
            null,
            cancel
        );
        if (TokenLine.Find(await ReadAsync(line, id, name, cancel)) != fresh)
        {
            throw new CreelException(
                Fault.Conflict(
                    "token-lost",
                    $"the {name} of '{agent.Agent}' has another token than the one that was just written: somebody else writes there",
                    "The tokens before it hold on. Try again."
                )
            );
        }

        var until = time.GetUtcNow() + Overlap;
        await tokens.SucceedAsync(agent.Place, fresh, until, cancel);
        return until;
    }

    private static async Task<(string? Name, string? Text)> FindAsync(IGatewayLine line, string id, CancellationToken cancel)
    {
        foreach (var name in Names)
        {
            if (await ReadAsync(line, id, name, cancel) is { } text && TokenLine.Find(text) is not null)
            {
                return (name, text);
            }
        }

        return default;
    }

    private static async Task<string?> ReadAsync(IGatewayLine line, string id, string name, CancellationToken cancel)
    {
        try
        {
            var asked = new JsonObject { ["agentId"] = id, ["name"] = name };
            var answer = await line.CallAsync("agents.files.get", asked, null, cancel);
            var file = Payloads.Member(answer, "file");
            return file.ValueKind == JsonValueKind.Object ? Payloads.Text(file, "content") : Payloads.Text(answer, "content");
        }
        catch (CreelException e) when (e.Fault.Code == "unsupported-file")
        {
            return null;
        }
    }
}
