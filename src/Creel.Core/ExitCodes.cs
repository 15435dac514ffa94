namespace Creel.Core;

/// <summary>The exit codes of <c>creel</c>. <c>creel exec</c> passes the child's instead; the scripts in compat/ keep their own.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The question was understood and the answer is no.</summary>
    public const int Negative = 1;
    public const int Invalid = 2;
    public const int NotFound = 3;

    /// <summary>Not running, or unreachable.</summary>
    public const int Unavailable = 4;
    public const int Conflict = 5;

    /// <summary>Refused by policy.</summary>
    public const int Refused = 6;

    /// <summary>A package or a right is missing.</summary>
    public const int Missing = 7;
    public const int ApplyFailed = 8;
    public const int Usage = 64;
    public const int Timeout = 124;
    public const int Interrupted = 130;
}
