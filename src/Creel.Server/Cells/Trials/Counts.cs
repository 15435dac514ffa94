namespace Creel.Server.Cells.Trials;

/// <summary>The sum of all rows.</summary>
internal sealed class Counts
{
    private int held;
    private int failed;
    private int untried;
    private int unclaimed;
    private bool unproven;

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

    public void Add(TrialEvent.Left left) => unproven |= left.Fails;

    public TrialEvent.Done Done() => new(failed == 0 && !unproven, Cells, held, failed, untried, unclaimed);
}
