namespace Creel.Core.Routing;

/// <summary>Which direct messages share a conversation.</summary>
public enum DmScope
{
    /// <summary>All of an agent: one conversation, whoever writes.</summary>
    Main,
    PerPeer,
    PerChannelPeer,
    PerAccountChannelPeer,
}

/// <summary>Which rooms share a conversation.</summary>
public enum GroupScope
{
    PerGroup,

    /// <summary>Rooms are part of the agent's main conversation.</summary>
    Main,
}
