namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Gives an agent elsewhere a new token, in the file where it reads it.</summary>
public interface ITokenHandover
{
    /// <summary>
    /// Writes it, reads it back and proves it; only then the others of the agent end, with an overlap. Where that fails, they hold.
    /// </summary>
    /// <returns>Until when those before it hold at the latest.</returns>
    /// <exception cref="CreelException">Its gateway does not take it, or has no such file.</exception>
    ValueTask<DateTimeOffset> HandOverAsync(DesiredAgent agent, CancellationToken cancel = default);
}
