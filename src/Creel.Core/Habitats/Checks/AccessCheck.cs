using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Checks;

/// <summary>Who may write to an account: a policy and a list that mean the same thing.</summary>
internal sealed class AccessCheck(Findings findings)
{
    private static readonly string[] NoNames = ["__proto__", "prototype", "constructor"];

    public void Check(Json5Object? channels)
    {
        foreach (var member in channels?.Members ?? [])
        {
            if (member.Value is Json5Object channel && !ChannelReader.Reserved.Contains(member.Key))
            {
                Channel(member.Key, channel);
            }
        }
    }

    private void Channel(string id, Json5Object channel)
    {
        Policy(id, channel, null);
        Webhook(channel, null);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in channel.Map("accounts")?.Members ?? [])
        {
            Name(member, names);
            if (member.Value is Json5Object account)
            {
                Policy(id, account, channel);
                Webhook(account, channel);
            }
        }
    }

    private void Name(Json5Member member, Dictionary<string, string> names)
    {
        var id = RoutingText.Account(member.Key);
        if (string.IsNullOrWhiteSpace(member.Key) || NoNames.Contains(member.Key.Trim().ToLowerInvariant()))
        {
            findings.Issue(member.KeyAt, "account_id", $"{Slug.Quote(member.Key)} is no name for an account");
        }
        else if (!names.TryAdd(id, member.Key))
        {
            findings.Issue(
                member.KeyAt,
                "account_id",
                $"{Slug.Quote(member.Key)} and {Slug.Quote(names[id])} are one account, '{id}': rename one"
            );
        }
    }

    private void Policy(string id, Json5Object node, Json5Object? channel)
    {
        // Newer: dmPolicy and allowFrom; older channels with rooms have them in dm, as policy and allowFrom.
        var dm = node.Map("dm");
        var inDm = node.Word("dmPolicy") is null && dm.Word("policy") is not null;
        var policy = node.Word("dmPolicy") ?? dm.Word("policy") ?? channel.Word("dmPolicy") ?? channel.Map("dm").Word("policy");
        var list =
            node.Value("allowFrom")
            ?? dm?.Value("allowFrom")
            ?? channel?.Value("allowFrom")
            ?? channel.Map("dm")?.Value("allowFrom");
        var senders = (list as Json5Array)?.Items.Select(Values.Id).OfType<string>().ToList() ?? [];
        var (holder, own) =
            inDm && node.Value("allowFrom") is null ? (dm!, dm!.Value("allowFrom")) : (node, node.Value("allowFrom"));
        if (policy == "open" && !senders.Contains("*"))
        {
            Tell("open_requires_star", $"{id} is open, and then allowFrom must say so too: [\"*\"]");
        }
        else if (policy == "allowlist" && senders.Count == 0)
        {
            Tell(
                "allowlist_requires_allow_from",
                $"{id} takes messages of those on a list only, and nobody is on it: write allowFrom"
            );
        }

        void Tell(string code, string message) =>
            findings.Issue(own?.At ?? holder.At, code, message, own is null ? "allowFrom" : null);
    }

    private void Webhook(Json5Object node, Json5Object? channel)
    {
        if (node.Word("webhookUrl") is not null && (node.Word("webhookSecret") ?? channel.Word("webhookSecret")) is null)
        {
            findings.Issue(
                node.At,
                "webhook_requires_secret",
                "a webhookUrl needs a webhookSecret, or anybody could send messages there",
                "webhookSecret"
            );
        }
    }
}
