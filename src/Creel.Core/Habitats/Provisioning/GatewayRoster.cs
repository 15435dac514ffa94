using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>Who lives at the gateways elsewhere: ids, each of them once in the whole habitat.</summary>
internal sealed class GatewayRoster(IReadOnlyList<AgentDraft> here, Findings findings)
{
    private readonly Dictionary<string, Json5Place> ids = here.ToDictionary(d => d.Id.Value, d => d.IdAt);
    private readonly List<GatewayAgentDraft> drafts = [];

    public IReadOnlyList<GatewayAgentDraft> Read(Json5Object? gateways)
    {
        foreach (var member in gateways?.Members ?? [])
        {
            if (member.Value is Json5Object gateway && ForeignGatewayModel.IsName(member.Key))
            {
                Main(member.Key, gateway.Find("main"));
                Agents(member.Key, new Fields(gateway, findings).Object("agents"));
            }
        }

        if (drafts.Count > AgentRoster.MaxAgents)
        {
            findings.Error(gateways!.At, $"there are more than {AgentRoster.MaxAgents} agents");
            return [];
        }

        return drafts;
    }

    private void Main(string gateway, Json5Member? said)
    {
        switch (said?.Value)
        {
            case null or Json5Null or Json5Bool { Value: false }:
                return;
            case Json5Bool:
                Add(AgentKeys.MainAgent(gateway), gateway, said.KeyAt, new Json5Object(said.Value.At, []), isMain: true);
                return;
            case Json5Object node:
                KnownKeys.Check(
                    node,
                    "a gateway's main agent",
                    GatewayAgentDraft.MainKeys,
                    [],
                    "it belongs to an agent here",
                    findings
                );
                Add(AgentKeys.MainAgent(gateway), gateway, said.KeyAt, node, isMain: true);
                return;
            default:
                findings.Error(said.Value.At, $"must be true, or an object with its name and the like, got {said.Value.Kind}");
                return;
        }
    }

    private void Agents(string gateway, Json5Object? agents)
    {
        foreach (var member in agents?.Members ?? [])
        {
            if (member.Value is Json5Object node)
            {
                KnownKeys.Check(
                    node,
                    "an agent at a gateway",
                    GatewayAgentDraft.Keys,
                    [],
                    "it belongs to an agent here",
                    findings
                );
                Add(member.Key, gateway, member.KeyAt, node, isMain: false);
            }
            else if (member.Value is not Json5Null)
            {
                findings.Error(member.Value.At, $"must be an object, as in {{ name: \"Bart\" }}, got {member.Value.Kind}");
            }
        }
    }

    private void Add(string text, string gateway, Json5Place at, Json5Object node, bool isMain)
    {
        if (!AgentId.TryParse(text, out var id))
        {
            findings.Error(
                at,
                isMain
                    ? $"the main agent would be {Slug.Quote(text)}, which is longer than an id: give the gateway a name of at most "
                        + $"{64 - AgentKeys.MainAgent("").Length} characters"
                    : $"{Slug.Quote(text)} is not an agent id, which is {AgentId.Rule}"
                        + (AgentIds.Normalise(text) is { } normal ? $"; write '{normal}'" : "")
            );
        }
        else if (!ids.TryAdd(id.Value, at))
        {
            findings.Error(at, $"the agent '{id}' is there twice; the first is at {ids[id.Value]}");
        }
        else
        {
            drafts.Add(new GatewayAgentDraft(id, gateway, isMain, at, new Fields(node, findings)));
        }
    }
}
