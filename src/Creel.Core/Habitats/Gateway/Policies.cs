namespace Creel.Core.Habitats.Gateway;

/// <summary>Who may write to an account directly.</summary>
public enum DmPolicy
{
    /// <summary>Who is on the list, or was let in by a code.</summary>
    Pairing,

    /// <summary>Who is on the list.</summary>
    Allowlist,

    /// <summary>Everybody; the list must say <c>*</c>, so that nobody writes it by accident.</summary>
    Open,

    /// <summary>Nobody.</summary>
    Disabled,
}

/// <summary>Who may write to an account in a group.</summary>
public enum GroupPolicy
{
    /// <summary>Who is on the list of groups' senders.</summary>
    Allowlist,

    /// <summary>Everybody who is in it.</summary>
    Open,

    /// <summary>Nobody.</summary>
    Disabled,
}
