namespace Creel.Core.Outbound;

/// <summary>Starts the proxy's own process, which goes on when whoever started it ends.</summary>
public interface IProxyProcess
{
    /// <returns>Completes when it has ended, with the last that it said.</returns>
    /// <exception cref="CreelException">It can't be started.</exception>
    Task<string> Start();
}
