using System.Text.Json;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>A turn that waits, runs, or ended lately. Its lock keeps its events in order.</summary>
internal sealed class Turn(TurnRecord record)
{
    private readonly TaskCompletionSource<TurnView> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? text;
    private JsonElement? result;
    private TurnBehalf? acted;
    private long sequence;

    /// <summary>As it is, or will be once it is on disk.</summary>
    public TurnRecord Record { get; private set; } = record;

    public Task<TurnView> Completion => completion.Task;

    /// <summary>Completes when it is on disk; with false where it never will be.</summary>
    public Task<bool> Kept => kept.Task;

    public TurnRecord Change(Func<TurnRecord, TurnRecord> change)
    {
        lock (completion)
        {
            return Record = change(Record);
        }
    }

    public void Keep() => kept.TrySetResult(true);

    /// <summary>It could not be kept, and never was: who waits for it waits no longer.</summary>
    public void Drop()
    {
        if (kept.TrySetResult(false))
        {
            lock (completion)
            {
                Record = Record with
                {
                    State = TurnState.Error,
                    Error = "the turn could not be kept",
                    Trouble = TurnTrouble.Failed,
                };
                completion.TrySetResult(View);
            }
        }
    }

    /// <summary>Those whose text went into it.</summary>
    public List<Turn> Joined { get; } = [];

    /// <summary>It may be asked for its end by its task; before that the flag alone says so.</summary>
    public bool Given { get; set; }

    public bool Started { get; private set; }

    public TurnRequest Request => Record.Request!;

    /// <summary>While its text is in another turn it stands as that one does.</summary>
    public Turn? Carrier { get; set; }

    /// <summary>On whose behalf it acts, with those whose text went into it.</summary>
    public TurnBehalf Behalf => Together(Joined.Append(this));

    /// <summary>What several said together may do what the least of them may.</summary>
    public static TurnBehalf Together(IEnumerable<Turn> turns) =>
        turns
            .Select(t => t.Record.Request)
            .OfType<TurnRequest>()
            .Aggregate(TurnBehalf.Operator, (all, one) => all.And(one.ActsFor));

    public TurnView View
    {
        get
        {
            var r = Record;
            var state = r.State == TurnState.Joined && r.EndedAt is null ? Carrier?.Record.State ?? TurnState.Waiting : r.State;
            return new TurnView(
                r.RunId,
                r.Agent,
                r.SessionKey,
                r.SessionId,
                state,
                r.AcceptedAt,
                r.StartedAt,
                r.EndedAt,
                text,
                r.Error,
                result
            )
            {
                Behalf = acted ?? Behalf,
                Trouble = r.Trouble,
            };
        }
    }

    public void Start(TurnWatchers watchers)
    {
        lock (completion)
        {
            if (!Started && !completion.Task.IsCompleted)
            {
                Started = true;
                watchers.Tell(new TurnStarted(Record.RunId, Record.Agent, Record.SessionKey, ++sequence));
            }
        }
    }

    public void Say(TurnWatchers watchers, string all, string delta)
    {
        lock (completion)
        {
            if (!completion.Task.IsCompleted)
            {
                watchers.Tell(new TurnText(Record.RunId, Record.Agent, Record.SessionKey, ++sequence, all, delta));
            }
        }
    }

    public void Use(TurnWatchers watchers, JsonElement tool)
    {
        lock (completion)
        {
            if (!completion.Task.IsCompleted)
            {
                watchers.Tell(new TurnTool(Record.RunId, Record.Agent, Record.SessionKey, ++sequence, tool));
            }
        }
    }

    /// <summary>After the end is on disk.</summary>
    public void End(TurnWatchers watchers, TurnRecord record, string? said, JsonElement? told)
    {
        lock (completion)
        {
            if (completion.Task.IsCompleted)
            {
                return;
            }

            acted = Behalf;

            // Its words are the transcript's now; what is kept for a while is how it ended.
            Record = record with
            {
                Request = null,
            };
            (text, result) = (said, told);
            Joined.Clear();
            Carrier = null;
            var view = View;
            completion.SetResult(view);
            watchers.Tell(new TurnEnded(record.RunId, record.Agent, record.SessionKey, ++sequence, view));
        }
    }
}
