namespace Creel.Server.Cells.Trials;

/// <summary>The sum of all rows.</summary>
internal sealed class Counts
{
    private int held;
    private int failed;
    private int untried;
    private int unclaimed;

    public int Cells { get; set; }

    public void Add(TrialEvent.Row row)
    {
        if (!row.Claimed)
        {
            unclaimed++;
        }
        else if (row.Fails)
        {
            failed++;
        }
        else if (row.Held is null)
        {
            untried++;
        }
        else
        {
            held++;
        }
    }

    public TrialEvent.Done Done() => new(failed == 0, Cells, held, failed, untried, unclaimed);
}
