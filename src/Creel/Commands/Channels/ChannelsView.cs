namespace Creel.Commands.Channels;

/// <summary>What <c>GET /channels</c> answers.</summary>
internal sealed record ChannelsView(
    int Unanswered,
    int Unsent,
    IReadOnlyList<AccountView> Accounts,
    IReadOnlyList<DroppedView> Dropped,
    IReadOnlyList<string> Warnings
);

internal sealed record AccountView(
    string Channel,
    string Account,
    string? Name,
    bool Enabled,
    bool Running,
    bool Connected,
    string? Mode,
    string? Username,
    string? Trouble,
    string DmPolicy,
    string GroupPolicy,
    IReadOnlyList<string> AllowFrom,
    IReadOnlyList<string> GroupAllowFrom,
    IReadOnlyList<string> Nobody,
    long Received,
    long Sent,
    long Dropped,
    long? LastInAt,
    long? LastOutAt,
    ProbeView? Probe
)
{
    /// <summary>One word.</summary>
    public string State =>
        !Enabled ? "off"
        : !Running ? "stopped"
        : Connected ? "connected"
        : "trying";
}

internal sealed record ProbeView(bool Works, string? Id, string? Name, string? Trouble, IReadOnlyList<string> Notes);

internal sealed record DroppedView(
    long At,
    string Channel,
    string Account,
    string Peer,
    string Sender,
    string? SenderName,
    string Reason,
    string? Why,
    string? Remedy
);

internal sealed record LoginView(
    string Channel,
    string Account,
    bool Probed,
    string? Name,
    string? Overridden,
    string? Trouble = null
);

internal sealed record PairingsView(IReadOnlyList<WaitingView> Waiting, IReadOnlyList<PairedView> Paired);

internal sealed record WaitingView(
    string Channel,
    string Account,
    string Sender,
    string? Name,
    string Code,
    long CreatedAt,
    long ExpiresAt
);

internal sealed record PairedView(string Channel, string Account, string Sender);
