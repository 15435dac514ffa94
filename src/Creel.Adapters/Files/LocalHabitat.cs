using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;
using Creel.Core.Habitats.Patching;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Files;

/// <summary>
/// The one writer of <c>habitat.local.json5</c>. One change at a time, over all threads and processes; what would make the
/// habitat
/// wrong is not written; what is written is there as a whole or not at all, and on the disk when the call returns.
/// </summary>
public sealed class LocalHabitat(HabitatFiles files, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>Makes a change.</summary>
    /// <param name="revision">The revision that the caller has seen; null: whatever is there.</param>
    /// <returns>The habitat with the change in it.</returns>
    /// <exception cref="CreelException">
    /// Conflict: the files are not of that revision any more, or the agent exists. NotFound: there is no such agent. Refused: the
    /// habitat file itself declares it. Invalid: the result would be wrong, and the message says how. Unavailable: nothing can
    /// be written.
    /// </exception>
    public async Task<HabitatSnapshot> ChangeAsync(
        HabitatChange change,
        string? revision = null,
        CancellationToken cancel = default
    )
    {
        await gate.WaitAsync(cancel);
        try
        {
            using var held = await LockAsync(cancel);
            var before = files.Read();
            if (revision is not null && revision != before.Revision)
            {
                throw new CreelException(
                    Fault.Conflict(
                        "habitat-changed",
                        $"the habitat {files.File} is not of revision {Short(revision)} any more",
                        "Read it again and repeat the change."
                    )
                );
            }

            CheckTarget(change, before.Reading);
            var (text, after) = Result(change, before.Reading);
            if (change is HabitatChange.Rewritten)
            {
                MainFile.Write(files.File, text);
            }
            else if (text != files.ReadLocal())
            {
                WholeFile.Write(Path.Combine(files.Folder, Path.GetFileName(files.LocalFile)), text);
            }

            return after;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>What a change would give, without writing it; that a file can be made there is tried.</summary>
    /// <exception cref="CreelException">As <see cref="ChangeAsync"/>, but that the files are what somebody has seen.</exception>
    public HabitatSnapshot Preview(HabitatChange change)
    {
        var before = files.Read();
        CheckTarget(change, before.Reading);
        var after = Result(change, before.Reading).After;
        try
        {
            var trial = Path.Combine(files.Folder, $".{Path.GetFileName(files.LocalFile)}.{Guid.NewGuid():N}");
            // New or not at all: a link of this name is not followed.
            using var made = new FileStream(trial, FileMode.CreateNew, FileAccess.Write);
            File.Delete(trial);
            return after;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    public void Dispose() => gate.Dispose();

    private void CheckTarget(HabitatChange change, HabitatReading reading)
    {
        var place = reading.Declared.GetValueOrDefault(change.Agent.Value);
        switch (change)
        {
            case HabitatChange.Whole or HabitatChange.Laid or HabitatChange.Rewritten:
                break;
            case HabitatChange.Add when place is not null:
                throw new CreelException(
                    Fault.Conflict("agent-exists", $"the agent '{change.Agent}' is declared in {place} already")
                );
            case HabitatChange.Add:
                break;
            case var _ when place is null:
                throw new CreelException(
                    Fault.NotFound(
                        "agent-unknown",
                        $"the habitat {files.File} declares no agent '{change.Agent}'",
                        "see who is there: creel agent list"
                    )
                );
            case HabitatChange.Remove when place.File != files.LocalFile:
                throw new CreelException(
                    Fault.Refused(
                        "agent-declared",
                        $"the agent '{change.Agent}' is declared in {place}, which only a person changes",
                        "Remove it there."
                    )
                );
        }
    }

    private (string Text, HabitatSnapshot After) Result(HabitatChange change, HabitatReading before)
    {
        if (change is HabitatChange.Rewritten whole)
        {
            return (whole.Text, As(files.ReadAs(whole.Text), whole.Result));
        }

        if (change is HabitatChange.Laid laid)
        {
            var local = LocalText.Apply(files.LocalFile, files.ReadLocal(), change);
            return (local, As(files.Read(local), laid.Result));
        }

        var text = LocalText.Apply(files.LocalFile, files.ReadLocal(), change);
        var after = files.Read(text);

        // A habitat without a list has an agent 'main' that nobody wrote; the first one that is written must not drive it out.
        foreach (
            var lost in before
                .Declared.Keys.Where(id => id != change.Agent.Value && !after.Reading.Declared.ContainsKey(id))
                .ToList()
        )
        {
            text = LocalText.Apply(
                files.LocalFile,
                text,
                new HabitatChange.Add(AgentId.Parse(lost), new Dictionary<string, string>())
            );
            after = files.Read(text);
        }

        _ = after.Reading.Required();
        return (text, after);
    }

    /// <summary>What is written must come to what was asked for: what is included or laid over it is not to be changed unseen.</summary>
    private HabitatSnapshot As(HabitatSnapshot after, string? result)
    {
        _ = after.Reading.Required();
        return result is null || ConfigChange.ComesTo(after, result)
            ? after
            : throw new CreelException(
                Fault.Refused(
                    "habitat-elsewhere",
                    $"this can't be written into {files.File}: an included file or the local file says part of it",
                    "Change it there."
                )
            );
    }

    /// <summary>The lock is on a file that stays: removing it would let two hold locks on two files of one name.</summary>
    private async Task<SafeFileHandle> LockAsync(CancellationToken cancel)
    {
        const int Exclusive = 2;
        const int AtOnce = 4;
        var name = $".{Path.GetFileName(files.LocalFile)}.lock";
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(LockPoll, time);
        // Not over a link: in a folder that others write, it could lead to any file of ours.
        var held = Opened(name);
        try
        {
            while (Libc.flock((int)held.DangerousGetHandle(), Exclusive | AtOnce) != 0)
            {
                if (time.GetElapsedTime(started) >= LockPatience)
                {
                    throw new IOException($"{files.Folder}/{name} is held by another process");
                }

                await timer.WaitForNextTickAsync(cancel);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private SafeFileHandle Opened(string name)
    {
        try
        {
            return BeneathFile.OpenOwn(files.Folder, name);
        }
        catch (CreelException e) when (e.Fault.Kind != FaultKind.Refused)
        {
            throw new IOException(e.Fault.Message, e);
        }
    }

    private CreelException Unwritable(Exception error) =>
        new(Fault.Unavailable("habitat-unwritable", $"{files.LocalFile} can't be written: {error.Message}"), error);

    private static string Short(string revision) => revision.Length > 12 ? revision[..12] : revision;
}
