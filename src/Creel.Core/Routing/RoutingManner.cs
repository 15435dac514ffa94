namespace Creel.Core.Routing;

/// <summary>Whose rules hold where versions differ. Ours is <see cref="Creel"/>; the others answer as those versions of OpenClaw do.</summary>
public sealed record RoutingManner
{
    public static readonly RoutingManner Creel = new("creel")
    {
        RoomsAreAlike = true,
        Wildcards = true,
        HonoursMainKey = true,
        KeepsCase = true,
        Scopes = true,
        FailsClosed = true,
    };

    public static readonly RoutingManner Of20260226 = new("2026.2.26");

    public static readonly RoutingManner Of20260302 = new("2026.3.2") { RoomsAreAlike = true };

    public static readonly IReadOnlyList<RoutingManner> All = [Creel, Of20260226, Of20260302];

    private RoutingManner(string name) => Name = name;

    public string Name { get; }

    /// <summary>A binding to a <c>group</c> matches a <c>channel</c> of the same id, and the other way round.</summary>
    public bool RoomsAreAlike { get; private init; }

    /// <summary>The peer id <c>*</c> is every peer of its kind; else it is an id like others.</summary>
    public bool Wildcards { get; private init; }

    /// <summary><c>session.mainKey</c> is in the session key; else the key always says <c>main</c>.</summary>
    public bool HonoursMainKey { get; private init; }

    /// <summary>Ids in which case matters (Signal's groups, Matrix' rooms) keep it in a session key; else two of them could share one.</summary>
    public bool KeepsCase { get; private init; }

    /// <summary><c>session.groupScope</c>, and a binding's own <c>session</c>, hold.</summary>
    public bool Scopes { get; private init; }

    /// <summary>
    /// An agent that isn't there, a channel that nobody knows and a default that nobody named are refused; else the message goes to
    /// another agent than the one that was meant.
    /// </summary>
    public bool FailsClosed { get; private init; }

    /// <returns>Null where there is none of that name.</returns>
    public static RoutingManner? Find(string name) => All.FirstOrDefault(m => m.Name == name);

    /// <summary>One word for kinds that match each other.</summary>
    internal PeerKind Fold(PeerKind kind) => RoomsAreAlike && kind == PeerKind.Channel ? PeerKind.Group : kind;
}
