namespace Creel.Core.Provisioning;

/// <summary>What an agent is to its board and its gateway; decides which files it gets.</summary>
public enum AgentKind
{
    /// <summary>Of no board, and of itself.</summary>
    Standalone,

    /// <summary>Works on a board.</summary>
    Board,

    /// <summary>Leads a board.</summary>
    Lead,

    /// <summary>The one of its gateway.</summary>
    Main,
}
