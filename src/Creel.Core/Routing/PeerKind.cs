namespace Creel.Core.Routing;

/// <summary>What kind of conversation a peer is.</summary>
public enum PeerKind
{
    /// <summary>One person: <c>direct</c>, and its older name <c>dm</c>.</summary>
    Direct,

    /// <summary>A closed group.</summary>
    Group,

    /// <summary>A room that people join.</summary>
    Channel,

    /// <summary>A word that isn't one of these. No binding matches it.</summary>
    Other,
}
