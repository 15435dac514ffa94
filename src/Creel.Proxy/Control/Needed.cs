using Creel.Proxy.Doors;

namespace Creel.Proxy.Control;

/// <summary>
/// Whether anybody needs the proxy: it has cells, or somebody asked it something of late, as a living serve does every second. One that
/// was left behind by a serve that was killed, without a cell, is to end by itself.
/// </summary>
internal sealed class Needed : IDisposable
{
    private readonly Standing standing;
    private readonly TimeProvider time;
    private readonly TimeSpan patience;
    private readonly ITimer timer;
    private long asked;

    /// <param name="patience">How long nobody may ask.</param>
    /// <param name="over">Called once nobody does.</param>
    public Needed(Standing standing, TimeProvider time, TimeSpan patience, Action over)
    {
        (this.standing, this.time, this.patience) = (standing, time, patience);
        asked = time.GetTimestamp();
        timer = time.CreateTimer(
            _ =>
            {
                if (!Is())
                {
                    over();
                }
            },
            null,
            patience / 4,
            patience / 4
        );
    }

    /// <summary>Somebody asks.</summary>
    public void Asked() => Volatile.Write(ref asked, time.GetTimestamp());

    public void Dispose() => timer.Dispose();

    private bool Is() => standing.Cells.Count > 0 || time.GetElapsedTime(Volatile.Read(ref asked)) < patience;
}
