namespace Creel.Server.Gateway.Protocol;

/// <summary>What may wait for clients to read it, for each and for all.</summary>
internal sealed class SendBudget(long each, long all)
{
    /// <summary>A client whose share is small is not the one that fills it.</summary>
    private const long Small = 1024 * 1024;

    private long waiting;

    /// <param name="mine">Bytes that wait for the client, these among them.</param>
    /// <returns>False: it has too much waiting.</returns>
    public bool Take(int count, long mine) => Interlocked.Add(ref waiting, count) <= all || mine <= Small ? mine <= each : false;

    public void Release(int count) => Interlocked.Add(ref waiting, -count);
}
