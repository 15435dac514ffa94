using Creel.Core.Channels;
using Creel.Core.Gateway;
using Creel.Core.Habitats;

namespace Creel.Server.Gateway.Channels;

/// <summary>How a messenger stands, as clients of the gateway see it.</summary>
internal static class States
{
    public static Core.Gateway.ChannelSummary Of(
        string channel,
        IReadOnlyList<LiveAccount> accounts,
        Dictionary<ChannelAccount, ChannelProbe> probes,
        HabitatModel? habitat
    ) =>
        new(
            channel,
            char.ToUpperInvariant(channel[0]) + channel[1..],
            habitat?.Gateway.Channels.All.GetValueOrDefault(channel)?.DefaultAccount ?? accounts[0].Id.Account,
            [.. accounts.Select(a => Of(a, probes.GetValueOrDefault(a.Id)))]
        );

    private static ChannelAccountState Of(LiveAccount account, ChannelProbe? probe) =>
        new(
            account.Id.Account,
            account.Model.Enabled,
            account.Secrets is not null,
            account.Channel?.State.Connected ?? false,
            probe?.Name ?? account.Model.Name,
            account.Trouble ?? account.Channel?.State.Trouble ?? probe?.Trouble ?? account.LastSendTrouble,
            account.LastInAt,
            account.LastOutAt
        );
}
