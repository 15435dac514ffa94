namespace Creel.Core.Channels;

/// <summary>What is said about one group, or about all of them (<c>*</c>). Null: not said.</summary>
public sealed record GroupModel
{
    public bool? Enabled { get; init; }

    public bool? RequireMention { get; init; }

    public GroupPolicy? Policy { get; init; }

    /// <summary>In the place of the account's list.</summary>
    public IReadOnlyList<string>? AllowFrom { get; init; }

    /// <summary>Topics by their ids.</summary>
    public IReadOnlyDictionary<string, GroupModel> Topics { get; init; } = new Dictionary<string, GroupModel>();
}
