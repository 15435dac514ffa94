using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads the <c>channels</c> section, so that each account has what really holds for it.</summary>
/// <param name="commands">The <c>commands</c> section.</param>
internal sealed class ChannelReader(Json5Object? channels, Json5Object? commands = null)
{
    private const string Default = "default";

    /// <summary>Keys beside the channels.</summary>
    public static readonly string[] Reserved = ["defaults", "modelByChannel"];

    /// <summary>The variable that holds the token of a channel's default account, where the habitat says none.</summary>
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["telegram"] = "TELEGRAM_BOT_TOKEN",
        ["discord"] = "DISCORD_BOT_TOKEN",
    };

    private readonly Json5Object? defaults = channels.Map("defaults");

    public ChannelsModel Read()
    {
        var all = new Dictionary<string, ChannelModel>(StringComparer.Ordinal);
        foreach (var member in channels?.Members ?? [])
        {
            if (!Reserved.Contains(member.Key) && member.Value is Json5Object node)
            {
                var id = RoutingText.Channel(member.Key);
                all[id] = Channel(id, node);
            }
        }

        return new ChannelsModel
        {
            All = all,
            Heartbeat = Sight(null, null),
            Models = channels.Each("modelByChannel", ByPeer),
        };
    }

    private static IReadOnlyDictionary<string, string>? ByPeer(Json5Node node) =>
        node is Json5Object models ? NodeValues.Pairs(models, m => NodeValues.Word(m.Value)) : null;

    private ChannelModel Channel(string id, Json5Object channel)
    {
        var named = (channel.Map("accounts")?.Members ?? [])
            .Where(m => m.Value is Json5Object)
            .Select(m => (Id: RoutingText.Account(m.Key), Node: (Json5Object)m.Value))
            .DistinctBy(a => a.Id)
            .ToList();

        // A token that stands on the channel itself is somebody's: it is the default account's.
        var own = new[] { "botToken", "tokenFile", "token" }.Any(key => channel.Value(key) is not null);
        if (named.Count == 0 || (own && named.TrueForAll(a => a.Id != Default)))
        {
            named.Insert(0, (Default, new Json5Object(channel.At, [])));
        }

        var implied = (channel.Map("accounts")?.Members.Count ?? 0) == 0 && !own;
        var accounts = named.ToDictionary(
            a => a.Id,
            a => Account(id, a.Id, channel, a.Node) with { Implied = implied },
            StringComparer.Ordinal
        );
        var said = channel.Word("defaultAccount") is { } word ? RoutingText.Account(word) : null;
        return new ChannelModel(id)
        {
            Enabled = channel.Flag("enabled") ?? true,
            DefaultAccount =
                said is not null && accounts.ContainsKey(said) ? said
                : accounts.ContainsKey(Default) ? Default
                : accounts.Keys.Order(StringComparer.Ordinal).First(),
            Accounts = accounts,
            Unwritten = account => Account(id, account, channel, new Json5Object(channel.At, [])),
        };
    }

    private ChannelAccountModel Account(string channelId, string id, Json5Object channel, Json5Object account)
    {
        var all = Over(channel, account);
        return new ChannelAccountModel
        {
            Channel = channelId,
            Id = id,
            Name = account.Word("name") ?? (id == Default ? channel.Word("name") : null) ?? id,
            Enabled = (channel.Flag("enabled") ?? true) && (account.Flag("enabled") ?? true),
            Token = Token(channelId, id, channel, account),
            NativeCommands = all.Map("commands").Flag("native") ?? commands.Flag("native") ?? true,
            DmPolicy = all.Choice("dmPolicy", all.Map("dm").Choice("policy", DmPolicy.Pairing)),
            GroupPolicy = all.Choice("groupPolicy", defaults.Choice("groupPolicy", GroupPolicy.Allowlist)),
            AllowFrom = all.Ids("allowFrom") ?? all.Map("dm").Ids("allowFrom") ?? [],
            GroupAllowFrom = all.Ids("groupAllowFrom"),
            Groups = Groups(all, "groups", $"channels.{channelId}.groups"),
            Direct = NodeValues.Pairs(
                all.Map("direct"),
                m => ToolLists.Room(m.Value as Json5Object, $"channels.{channelId}.direct[{m.Key}]")
            ),
            HistoryLimit = all.Whole("historyLimit"),
            DmHistoryLimit = all.Whole("dmHistoryLimit"),
            DmHistoryLimits = Limits(all.Map("dms")),
            TextChunkLimit = all.Whole("textChunkLimit"),
            ChunkMode = all.Word("chunkMode") ?? "length",
            MediaMaxMb = all.Number("mediaMaxMb"),
            ReplyToMode = all.Word("replyToMode"),
            DefaultTo = all.Id("defaultTo"),
            ResponsePrefix = all.Word("responsePrefix"),
            AckReaction = (all.Value("ackReaction") as Json5String)?.Value,
            Heartbeat = Sight(channel.Map("heartbeat"), account.Map("heartbeat")),
            WebhookUrl = all.Word("webhookUrl"),
            WebhookSecret = all.Word("webhookSecret") is { } secret ? new SecretSource.Text(secret) : null,
            WebhookPath = all.Word("webhookPath"),
            WebhookHost = all.Word("webhookHost"),
            WebhookPort = all.Whole("webhookPort"),
            Settings = Json5Text.Write(all),
        };
    }

    /// <summary>What the account says, else the channel; tokens are nobody's but those beside whom they stand.</summary>
    private static Json5Object Over(Json5Object channel, Json5Object account) =>
        account with
        {
            Members =
            [
                .. channel.Members.Where(m =>
                    m.Key is not ("accounts" or "defaultAccount" or "botToken" or "tokenFile" or "token" or "appToken" or "name")
                    && account.Value(m.Key) is null
                ),
                .. account.Members.Where(m => m.Value is not Json5Null),
            ],
        };

    private static SecretSource? Token(string channelId, string id, Json5Object channel, Json5Object account)
    {
        var said = Token(account) ?? (id == Default ? Token(channel) : null);
        return said ?? (id == Default && Variables.TryGetValue(channelId, out var name) ? new SecretSource.Variable(name) : null);
    }

    private static SecretSource? Token(Json5Object node) =>
        (node.Word("botToken") ?? node.Word("token")) is { } text ? new SecretSource.Text(text)
        : node.Word("tokenFile") is { } file ? new SecretSource.File(file)
        : null;

    private static IReadOnlyDictionary<string, ChannelGroupModel> Groups(Json5Object? node, string key, string at) =>
        NodeValues.Pairs(node.Map(key), m => Group(m.Value, $"{at}[{m.Key}]"));

    private static ChannelGroupModel? Group(Json5Node node, string at) =>
        node is not Json5Object group
            ? null
            : new ChannelGroupModel
            {
                Enabled = group.Flag("enabled") ?? true,
                RequireMention = group.Flag("requireMention"),
                GroupPolicy = group.Word("groupPolicy") is null ? null : group.Choice("groupPolicy", GroupPolicy.Allowlist),
                AllowFrom = group.Ids("allowFrom"),
                SystemPrompt = group.Word("systemPrompt"),
                Skills = group.Words("skills"),
                Tools = ToolLists.Room(group, at),
                Topics = Groups(group, "topics", $"{at}.topics"),
            };

    private static Dictionary<string, int> Limits(Json5Object? dms) =>
        (dms?.Members ?? [])
            .Select(m => (m.Key, Limit: (m.Value as Json5Object).Whole("historyLimit")))
            .Where(m => m.Limit is not null)
            .ToDictionary(m => m.Key, m => m.Limit!.Value);

    private HeartbeatSight Sight(Json5Object? channel, Json5Object? account)
    {
        var wide = defaults.Map("heartbeat");
        return new HeartbeatSight(
            account.Flag("showOk") ?? channel.Flag("showOk") ?? wide.Flag("showOk") ?? false,
            account.Flag("showAlerts") ?? channel.Flag("showAlerts") ?? wide.Flag("showAlerts") ?? true,
            account.Flag("useIndicator") ?? channel.Flag("useIndicator") ?? wide.Flag("useIndicator") ?? true
        );
    }
}
