namespace Creel.Core.Rendering.Contract;

/// <summary>The two older generators.</summary>
public enum ContractGenerator
{
    /// <summary>Units and session configurations.</summary>
    Session,

    /// <summary>One compose file.</summary>
    Container,
}
