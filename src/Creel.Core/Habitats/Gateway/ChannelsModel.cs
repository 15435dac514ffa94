namespace Creel.Core.Habitats.Gateway;

/// <summary>The <c>channels</c> section: what messengers there are, and by what rules each login on them works.</summary>
public sealed record ChannelsModel
{
    /// <summary>By id, lower case, in the order of the file.</summary>
    public IReadOnlyDictionary<string, ChannelModel> All { get; init; } = new Dictionary<string, ChannelModel>();

    /// <summary>What heartbeats show where a channel says nothing.</summary>
    public HeartbeatSight Heartbeat { get; init; } = new();

    /// <summary>The models of single conversations: by channel, then by peer.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Models { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <returns>Null where there is none of that name.</returns>
    public ChannelAccountModel? Find(string channel, string account) =>
        All.GetValueOrDefault(channel)?.Accounts.GetValueOrDefault(account);
}

/// <summary>One messenger.</summary>
/// <param name="Id">As in <c>telegram</c>.</param>
public sealed record ChannelModel(string Id)
{
    public bool Enabled { get; init; } = true;

    /// <summary>The account that answers where none is named.</summary>
    public required string DefaultAccount { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyDictionary<string, ChannelAccountModel> Accounts { get; init; }

    /// <summary>What holds for an account of an id that nobody wrote: what the channel says, and nothing of other accounts.</summary>
    public required Func<string, ChannelAccountModel> Unwritten { get; init; }
}

/// <summary>What is shown of heartbeats in a channel.</summary>
/// <param name="ShowOk">That all is well.</param>
/// <param name="ShowAlerts">What a heartbeat has to say.</param>
public sealed record HeartbeatSight(bool ShowOk = false, bool ShowAlerts = true, bool UseIndicator = true);
