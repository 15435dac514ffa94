using System.Text.Json;
using Creel.Core.Channels;
using Creel.Server.Web;

namespace Creel.Server.Gateway.Channels;

/// <summary>How the channels stand, as JSON.</summary>
internal static class StatusText
{
    public static void Write(
        Utf8JsonWriter json,
        ChannelsParts parts,
        IReadOnlyList<LiveAccount> accounts,
        Dictionary<ChannelAccount, ChannelProbe> probes,
        IReadOnlyList<string> warnings,
        IReadOnlyList<DroppedMessage> dropped,
        int open,
        int waiting
    )
    {
        JsonReply.Time(json, "at", parts.Now);
        json.WriteNumber("unanswered", open);
        json.WriteNumber("unsent", waiting);
        json.WriteStartArray("accounts");
        foreach (var account in accounts)
        {
            Account(json, account, probes.GetValueOrDefault(account.Id));
        }

        json.WriteEndArray();
        json.WriteStartArray("dropped");
        foreach (var one in dropped)
        {
            Dropped(json, one);
        }

        json.WriteEndArray();
        Texts(json, "warnings", warnings);
    }

    private static void Account(Utf8JsonWriter json, LiveAccount account, ChannelProbe? probe)
    {
        var (model, state) = (account.Model, account.Channel?.State);
        json.WriteStartObject();
        json.WriteString("channel", account.Id.Channel);
        json.WriteString("account", account.Id.Account);
        json.WriteString("name", model.Name);
        json.WriteBoolean("enabled", model.Enabled);
        json.WriteBoolean("running", account.Channel is not null && !account.Receiving.IsCompleted);
        json.WriteBoolean("connected", state?.Connected ?? false);
        json.WriteString("mode", state?.Mode);
        json.WriteString("username", state?.Username);
        json.WriteString("trouble", account.Trouble ?? state?.Trouble ?? account.LastSendTrouble);
        json.WriteString("dmPolicy", model.DmPolicy.ToString().ToLowerInvariant());
        json.WriteString("groupPolicy", model.GroupPolicy.ToString().ToLowerInvariant());
        Texts(json, "allowFrom", model.AllowFrom);
        Texts(json, "groupAllowFrom", model.GroupAllowFrom ?? model.AllowFrom);
        Texts(json, "nobody", account.Access?.Odd ?? []);
        json.WriteNumber("received", account.Received);
        json.WriteNumber("sent", account.Sent);
        json.WriteNumber("dropped", account.Dropped);
        JsonReply.Time(json, "lastInAt", account.LastInAt);
        JsonReply.Time(json, "lastOutAt", account.LastOutAt);
        if (probe is not null)
        {
            json.WriteStartObject("probe");
            json.WriteBoolean("works", probe.Works);
            json.WriteString("id", probe.Id);
            json.WriteString("name", probe.Name);
            json.WriteString("trouble", probe.Trouble);
            Texts(json, "notes", probe.Notes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Dropped(Utf8JsonWriter json, DroppedMessage one)
    {
        json.WriteStartObject();
        JsonReply.Time(json, "at", one.At);
        json.WriteString("channel", one.Account.Channel);
        json.WriteString("account", one.Account.Account);
        json.WriteString("peer", one.Peer);
        json.WriteString("sender", one.Sender);
        json.WriteString("senderName", one.SenderName);
        json.WriteString("reason", one.Reason);
        json.WriteString("why", one.Why?.Message);
        json.WriteString("remedy", one.Why?.Remedy);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
