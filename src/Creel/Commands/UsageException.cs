namespace Creel.Commands;

/// <summary>The command line itself is wrong: exit 64.</summary>
/// <param name="remedy">What to write instead.</param>
internal sealed class UsageException(string message, string? remedy = null) : Exception(message)
{
    public string? Remedy { get; } = remedy;
}
