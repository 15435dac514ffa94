namespace Creel.Adapters.Linux;

/// <summary>Kills processes that are known by number only, without ever hitting another one.</summary>
internal static class ProcessKill
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Kills, and waits a little for each to be gone.</summary>
    /// <param name="belongs">
    /// Asked again once all are held: a number that was given to somebody else in between is left alone.
    /// </param>
    public static async Task AllAsync(IEnumerable<int> pids, Func<IReadOnlySet<int>> belongs, TimeProvider time)
    {
        var held = pids.Distinct().Select(pid => (Pid: pid, Process: PidFd.Open(pid))).ToList();
        try
        {
            var still = belongs();
            var doomed = held.Where(one => still.Contains(one.Pid)).Select(one => one.Process).OfType<PidFd>().ToList();
            doomed.ForEach(process => process.Signal(Libc.Sigkill));
            foreach (var process in doomed)
            {
                await process.WaitAsync(Patience, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            held.ForEach(one => one.Process?.Dispose());
        }
    }
}
