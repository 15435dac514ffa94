namespace Creel.Core.Routing;

/// <summary>What decides where a message goes: who is there, the rules, and which conversations are one.</summary>
public sealed record RoutingModel
{
    public required RoutingManner Manner { get; init; }

    /// <summary>Ids in the order of the configuration, each once.</summary>
    public required IReadOnlyList<string> Agents { get; init; }

    /// <summary>Who gets what no binding matches; null: nobody was named, so nobody.</summary>
    public string? DefaultAgent { get; init; }

    /// <summary>In the order of the configuration. What can't match anything is not in it.</summary>
    public required IReadOnlyList<BindingModel> Bindings { get; init; }

    /// <summary>The channels that there are; null: any name will do.</summary>
    public IReadOnlySet<string>? Channels { get; init; }

    public SessionModel Session { get; init; } = new();
}
