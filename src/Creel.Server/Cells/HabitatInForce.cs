using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Server.Cells;

/// <summary>Which habitat is in force, with the agents whose files are still to go: kept in memory, and written down before it is so.</summary>
internal sealed class HabitatInForce(IHabitatFiles files, DesiredState desired)
{
    private volatile HeldHabitat? held;
    private IReadOnlyList<AgentId> deleting = [];

    /// <summary>Another habitat is in force, or none: from the thread that put it there.</summary>
    public event Action? Replaced;

    /// <summary>Null: none.</summary>
    public HeldHabitat? Held => held;

    /// <summary>It is known what should run, be it nothing. Otherwise what runs is left alone.</summary>
    public bool Known { get; private set; }

    /// <exception cref="CreelException">None is.</exception>
    public HeldHabitat Required() => held ?? throw HabitatKeeper.NothingUp();

    public static CreelException Changed(string how) =>
        new(Fault.Conflict("habitat-changed", how, "Look at it, and do the same again."));

    /// <summary>Finds what was in force before this serve started; the texts of then, until somebody applies the file again.</summary>
    /// <exception cref="CreelException">What was written down is damaged.</exception>
    public IReadOnlyList<Problem> Restore()
    {
        if (desired.Load() is not { } written)
        {
            return [];
        }

        deleting = written.Deleting;
        if (written.Input is not { } input)
        {
            Known = true;
            return [];
        }

        var reading = HabitatReader.Read(input);
        if (reading.Model is { } model)
        {
            held = new HeldHabitat(input.Main.File, input.Local?.File, input.Manner, written.Revision!, model);
            Known = true;
            FinishChange(written.Intent);
        }

        return reading.Problems;
    }

    /// <summary>A kill may have come between the two files that a change writes: if the first was written, so is the second now.</summary>
    private void FinishChange(Intent? intent)
    {
        if (intent is null)
        {
            return;
        }

        try
        {
            var known = Required();
            if (files.Read(known.File, known.Manner) is { Reading.Model: not null } now && now.Revision == intent.Revision)
            {
                Accept(now, intent.DeleteWorkspaces, written: true);
                return;
            }

            desired.DropIntent();
        }
        catch (Exception e) when (e is CreelException or IOException or UnauthorizedAccessException)
        {
            // The one can't be read or the other not be written at the moment: the next serve looks again.
        }
    }

    /// <param name="written">A file was changed for it.</param>
    public Accepted Accept(HabitatSnapshot snapshot, bool deleteWorkspaces, bool written)
    {
        var model = snapshot.Reading.Required();
        var left = Leaving(model, deleteWorkspaces);
        var local = snapshot.Input.Local?.File;
        desired.Save(snapshot, deleting = Marked(left));
        held = new HeldHabitat(snapshot.File, local, snapshot.Input.Manner, snapshot.Revision, model);
        Known = true;
        Replaced?.Invoke();
        return new Accepted(left, local, written);
    }

    /// <summary>None is any more.</summary>
    public Accepted AcceptNothing(bool deleteWorkspaces)
    {
        var left = Leaving(null, deleteWorkspaces);
        var local = held?.LocalFile;
        desired.SaveNothing(deleting = Marked(left));
        held = null;
        Known = true;
        Replaced?.Invoke();
        return new Accepted(left, local, false);
    }

    /// <summary>The same, with what an earlier serve did not finish.</summary>
    public Accepted AcceptUnfinished(HeldHabitat? known)
    {
        RefuseUnless(known);
        return new Accepted(Leaving(known?.Model, false), null, false);
    }

    /// <summary>The same; the workspace of an agent that has gone before is to be deleted too.</summary>
    public Accepted AcceptDeleting(HeldHabitat? known, AgentId agent)
    {
        RefuseUnless(known);
        desired.SaveDeleting(deleting = [.. deleting.Append(agent).Distinct()]);
        return new Accepted(Leaving(known?.Model, false), known?.LocalFile, false);
    }

    /// <summary>Changes its files, and puts in force what they come to. What is cut off is known by what it was to come to.</summary>
    /// <param name="revision">Of what it is to come to.</param>
    public async Task<Accepted> AcceptAsync(
        HeldHabitat known,
        string revision,
        bool deleteWorkspaces,
        Func<Task<HabitatSnapshot>> change
    )
    {
        RefuseUnless(known);
        desired.SaveIntent(new Intent(revision, deleteWorkspaces));
        try
        {
            return Accept(await change(), deleteWorkspaces, written: true);
        }
        catch (Exception e) when (e is CreelException or IOException or UnauthorizedAccessException)
        {
            DropUnlessWritten(known, revision);
            throw;
        }
    }

    /// <summary>The workspaces that were to be deleted are.</summary>
    public void Finished()
    {
        if (deleting.Count > 0)
        {
            desired.SaveDeleting(deleting = []);
        }
    }

    /// <summary>Nobody means any more what failed: the same text, written by hand later, is not that change.</summary>
    private void DropUnlessWritten(HeldHabitat known, string revision)
    {
        try
        {
            if (files.Read(known.File, known.Manner).Revision != revision)
            {
                desired.DropIntent();
            }
        }
        catch (Exception e) when (e is CreelException or IOException or UnauthorizedAccessException)
        {
            // Neither can be read or written at the moment: the next serve looks.
        }
    }

    /// <summary>A wish that builds on what was in force waits its turn; meanwhile another may have replaced that.</summary>
    private void RefuseUnless(HeldHabitat? known)
    {
        if (!ReferenceEquals(held, known))
        {
            throw Changed("another habitat came into force meanwhile");
        }
    }

    private List<LeavingAgent> Leaving(HabitatModel? next, bool delete)
    {
        var current = held?.Model;
        var now = (current?.Agents ?? [])
            .Where(a => next?.Find(a.Id) is null)
            .Select(a => new LeavingAgent(a.Id, a.Workspace, a.Workspace is null && (delete || deleting.Contains(a.Id))));
        var before = deleting
            .Where(id => next?.Find(id) is null && current?.Find(id) is null)
            .Select(id => new LeavingAgent(id, null, true));
        return [.. now, .. before];
    }

    private static List<AgentId> Marked(IEnumerable<LeavingAgent> left) => [.. left.Where(l => l.Delete).Select(l => l.Id)];
}

/// <param name="Revision">Of its texts.</param>
internal sealed record HeldHabitat(string File, string? LocalFile, HabitatManner Manner, string Revision, HabitatModel Model);
