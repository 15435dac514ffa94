using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The channels as clients see them.</summary>
internal sealed class ChannelsView(GatewayPorts ports, TimeProvider time)
{
    public async ValueTask<JsonObject> StatusAsync(int protocol, bool probe, CancellationToken cancel)
    {
        var states = await ports.Channels.ListAsync(probe, cancel);
        var json = new JsonObject
        {
            ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["channelOrder"] = Order(states),
            ["channelLabels"] = Labels(states),
            ["channelDetailLabels"] = Labels(states),
            ["channelSystemImages"] = new JsonObject(),
            ["channelMeta"] = new JsonArray([
                .. states.Select(s =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = s.Id,
                            ["label"] = s.Label,
                            ["detailLabel"] = s.Label,
                        }
                ),
            ]),
            ["channels"] = Summaries(states),
            ["channelAccounts"] = ById(states, s => new JsonArray([.. s.Accounts.Select(Account)])),
            ["channelDefaultAccountId"] = ById(states, s => s.DefaultAccount),
        };
        if (protocol >= 4)
        {
            json["statusIssues"] = new JsonArray();
        }

        return json;
    }

    public static JsonArray Order(IReadOnlyList<ChannelSummary> states) => DeviceJson.Texts(states.Select(s => s.Id));

    public static JsonObject Labels(IReadOnlyList<ChannelSummary> states) => ById(states, s => s.Label);

    public static JsonObject Summaries(IReadOnlyList<ChannelSummary> states) =>
        ById(
            states,
            s => new JsonObject
            {
                ["configured"] = s.Accounts.Any(a => a.Configured),
                ["running"] = s.Accounts.Any(a => a.Running),
                ["lastError"] = s.Accounts.Select(a => a.Error).FirstOrDefault(e => e is not null),
            }
        );

    private static JsonObject ById(IReadOnlyList<ChannelSummary> states, Func<ChannelSummary, JsonNode> of) =>
        new(states.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Id, of(s))));

    private static JsonNode Account(ChannelAccountState account) =>
        new JsonObject
        {
            ["accountId"] = account.Id,
            ["name"] = account.Name,
            ["enabled"] = account.Enabled,
            ["configured"] = account.Configured,
            ["running"] = account.Running,
            ["connected"] = account.Running,
            ["lastError"] = account.Error,
            ["lastInboundAt"] = account.LastIn?.ToUnixTimeMilliseconds(),
            ["lastOutboundAt"] = account.LastOut?.ToUnixTimeMilliseconds(),
        };
}
