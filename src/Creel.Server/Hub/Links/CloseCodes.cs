namespace Creel.Server.Hub.Links;

/// <summary>Why the hub closes a link; docs/protocol.md explains them to the other side.</summary>
internal static class CloseCodes
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int BadMessage = 1007;
    public const int Policy = 1008;
    public const int TooLong = 1009;
    public const int TryAgain = 1013;

    /// <summary>A newer connection of the same cell or agent took over.</summary>
    public const int Replaced = 4001;

    /// <summary>No health for too long.</summary>
    public const int Stale = 4002;

    /// <summary>The agent was deregistered, or its cell is gone.</summary>
    public const int Gone = 4003;

    /// <summary>It took too long over its introduction or a message, or did not read.</summary>
    public const int Slow = 4008;
}
