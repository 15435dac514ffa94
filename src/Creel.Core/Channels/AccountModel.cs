using System.Text.Json;

namespace Creel.Core.Channels;

/// <summary>An account as it holds: each field the account's own, else the channel's, else the default.</summary>
public sealed record AccountModel(ChannelAccount Id)
{
    public bool Enabled { get; init; } = true;

    /// <summary>For people; null: none.</summary>
    public string? Name { get; init; }

    public DmPolicy DmPolicy { get; init; } = DmPolicy.Pairing;

    public GroupPolicy GroupPolicy { get; init; } = GroupPolicy.Allowlist;

    /// <summary>As they were written: <see cref="IChannelKind.SenderId"/> makes them comparable.</summary>
    public IReadOnlyList<string> AllowFrom { get; init; } = [];

    /// <summary>Null: <see cref="AllowFrom"/> counts for groups too.</summary>
    public IReadOnlyList<string>? GroupAllowFrom { get; init; }

    public IReadOnlyDictionary<string, GroupModel> Groups { get; init; } = new Dictionary<string, GroupModel>();

    /// <summary>Characters of one message; null: what the messenger takes.</summary>
    public int? TextLimit { get; init; }

    /// <summary>Where it is from in the configuration, for messages: <c>channels.telegram.accounts.biz</c>.</summary>
    public string Place { get; init; } = "";

    /// <summary>All keys of the channel and the account as text of JSON, for the adapter. It may hold secrets.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>The settings stay out of texts.</summary>
    public override string ToString() => Id.ToString();

    /// <summary>A string of the settings; null where it is missing, blank, or none.</summary>
    public string? Text(string key) =>
        Settings.ValueKind == JsonValueKind.Object
        && Settings.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && !string.IsNullOrWhiteSpace(text)
            ? text.Trim()
            : null;
}
