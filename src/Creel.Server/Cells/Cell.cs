using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>One cell as it is happening. Changed only in turn.</summary>
internal sealed class Cell(CellRecord record)
{
    private readonly SemaphoreSlim gate = new(1);

    public CellRecord Record { get; set; } = record;

    /// <summary>What the habitat wants of it; null only for one that was found and is wanted no more.</summary>
    public CellDesign? Design { get; set; }

    public bool Running { get; set; }

    public DateTimeOffset? Since { get; set; }

    /// <summary>An earlier serve started this run of it, and <see cref="Since"/> is when it was found.</summary>
    public bool Adopted { get; set; }

    /// <summary>How often it ended by itself.</summary>
    public int Restarts { get; set; }

    /// <summary>How often in a row it ended by itself at once, or could not be started again.</summary>
    public int Quick { get; set; }

    /// <summary>When its keeper starts it again; null while it waits for nothing.</summary>
    public DateTimeOffset? NextTry { get; set; }

    /// <summary>Why it is not running.</summary>
    public string? Reason { get; set; }

    /// <summary>What somebody else changed of what it is made of, when it was last looked at.</summary>
    public string? Drift { get; set; }

    /// <summary>Why its driver can't be asked at the moment: whether it runs is not known, and it is left alone until it is.</summary>
    public string? Unknown { get; set; }

    /// <summary>What the hub was last given to tell the runtime (<see cref="CellPlanner.Telling"/>).</summary>
    public string? Told { get; set; }

    /// <summary>Somebody wants this run of it ended: its keeper does not start it again.</summary>
    public bool Ending { get; set; }

    /// <summary>Watches this run of the cell; cancelled before the cell is ended on purpose.</summary>
    public CancellationTokenSource? Watch { get; set; }

    public ObservedCell Observe() =>
        new(
            Record.Id,
            Record.Group,
            Record.Driver,
            Record.Revision,
            Told,
            Running,
            Record.Stopped,
            Reason,
            Unknown ?? Drift,
            Design?.Group
        );

    /// <summary>One change at a time: the keeper starts a dead cell again while a person may be ending it.</summary>
    public async Task InTurnAsync(Func<Task> change, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            await change();
        }
        finally
        {
            gate.Release();
        }
    }
}
