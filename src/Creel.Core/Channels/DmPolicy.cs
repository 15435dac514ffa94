namespace Creel.Core.Channels;

/// <summary>Who may write to an account directly.</summary>
public enum DmPolicy
{
    /// <summary>Who is known; others get a code that the owner may approve.</summary>
    Pairing,
    Allowlist,
    Open,
    Disabled,
}

/// <summary>In whose groups an account answers, and whom.</summary>
public enum GroupPolicy
{
    Allowlist,
    Open,
    Disabled,
}
