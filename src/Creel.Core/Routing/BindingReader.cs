using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>Reads <c>bindings</c>. What can't match anything is told and left out, as OpenClaw leaves it out without a word.</summary>
internal sealed class BindingReader(Findings findings)
{
    public IReadOnlyList<BindingModel> Read(Json5Node? node)
    {
        if (node is not Json5Array list)
        {
            if (node is not null)
            {
                findings.Error(node.At, $"must be an array, got {node.Kind}");
            }

            return [];
        }

        var bindings = new List<BindingModel>(list.Items.Count);
        for (var index = 0; index < list.Items.Count; index++)
        {
            if (Read(list.Items[index], index) is { } binding)
            {
                bindings.Add(binding);
            }
        }

        return bindings;
    }

    private BindingModel? Read(Json5Node item, int index)
    {
        if (item is not Json5Object binding)
        {
            findings.Error(item.At, $"a binding is an object, not {item.Kind}");
            return null;
        }

        if (binding.Value("match") is not Json5Object match)
        {
            findings.Error(binding.At, "a binding needs a match with a channel: it matches nothing");
            return null;
        }

        var channel = RoutingText.Channel(Values.Text(match.Value("channel")));
        if (channel.Length == 0)
        {
            findings.Error(match.At, "a match needs a channel: it matches nothing");
            return null;
        }

        if (!TryPeer(match, out var peer))
        {
            return null;
        }

        return new BindingModel
        {
            Index = index,
            At = binding.At,
            AgentText = Values.Text(binding.Value("agentId")),
            Channel = channel,
            Account = Account(match),
            Peer = peer,
            GuildId = Values.Id(match.Value("guildId")),
            TeamId = Values.Id(match.Value("teamId")),
            Roles = match.Value("roles") is Json5Array roles ? [.. roles.Items.Select(Values.Id).OfType<string>()] : [],
            DmScope = SessionReader.Dm((binding.Value("session") as Json5Object)?.Value("dmScope")),
            GroupScope = SessionReader.Rooms((binding.Value("session") as Json5Object)?.Value("groupScope")),
        };
    }

    /// <summary>Left out is the default account, which is not the same as any.</summary>
    private static string? Account(Json5Object match)
    {
        var text = RoutingText.Trim(Values.Text(match.Value("accountId")));
        return text == "*" ? null : RoutingText.Account(text);
    }

    private bool TryPeer(Json5Object match, out Peer? peer)
    {
        peer = null;
        if (match.Value("peer") is not { } node)
        {
            return true;
        }

        var wanted = node as Json5Object;
        peer = Peer.Of(Values.Text(wanted?.Value("kind")), Values.Id(wanted?.Value("id")) ?? "");
        if (peer.Kind == PeerKind.Other)
        {
            findings.Error(
                wanted?.Find("kind")?.Value.At ?? node.At,
                $"{Slug.Quote(peer.Word)} is no kind of peer: direct, group or channel. It matches nothing"
            );
            return false;
        }

        if (peer.Id.Length == 0)
        {
            findings.Error(
                wanted?.Find("id")?.Value.At ?? node.At,
                "a peer needs an id, or \"*\" for all of its kind: it matches nothing"
            );
            return false;
        }

        return true;
    }
}
