using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Creel.Core.Tools;
using Creel.Core.Work;

namespace Creel.Server.Gateway.Sessions;

/// <summary>What a turn is when it leaves its lane: its text, its session, and what is written down of it before it is given away.</summary>
internal sealed class TurnStarts(SessionBook book, Func<SessionSettings> settings, TimeProvider time)
{
    /// <param name="carrier">The turn.</param>
    /// <param name="brief">Turns of which it is told a line each.</param>
    public TurnStart Of(Turn carrier, IReadOnlyList<Turn> joined, IReadOnlyList<Turn> brief)
    {
        var now = time.GetUtcNow();
        var request = carrier.Request;
        var message = Text(carrier, joined, brief);
        var was = book.Find(request.SessionKey);
        string? before = null;
        if (DoorCommands.BeginsAnew(settings().Session, request, out var rest))
        {
            var (fresh, left) = book.Shelf.BeginAnew(request);
            before = left;
            if (rest.Length == 0)
            {
                var over = carrier.Record with
                {
                    State = TurnState.Ok,
                    SessionId = fresh.SessionId,
                    StartedAt = now,
                    EndedAt = now,
                    Text = Sentences.Fresh,
                };
                return new TurnStart(over, [], fresh, was, before, null);
            }

            message = rest;
        }

        var behalf = Turn.Together([.. brief, .. joined, carrier]);
        var (session, stale) = book.Shelf.Begin(request, behalf);
        var record = carrier.Record with
        {
            State = TurnState.Running,
            Task = new TaskId(Guid.CreateVersion7(now)),
            SessionId = session.SessionId,
            StartedAt = now,
        };
        var into = brief
            .Select(b => b.Record with { State = TurnState.Joined, Into = record.RunId, Brief = true })
            .Concat(joined.Select(j => j.Record with { State = TurnState.Joined, Into = record.RunId }));
        return new TurnStart(
            record,
            [.. into],
            session,
            was,
            before ?? stale,
            Payload(request, message, session, behalf, Images(carrier, joined))
        );
    }

    /// <summary>The task once more, for a turn that may not have been given away before a restart.</summary>
    public ReadOnlyMemory<byte> Again(Turn carrier)
    {
        var joined = carrier.Joined.Where(j => !j.Record.Brief).ToList();
        var request = carrier.Request;
        var message = Text(carrier, joined, [.. carrier.Joined.Where(j => j.Record.Brief)]);
        if (DoorCommands.BeginsAnew(settings().Session, request, out var rest) && rest.Length > 0)
        {
            message = rest;
        }

        var session = book.Find(carrier.Record.SessionKey) ?? book.Shelf.Begin(request, carrier.Behalf).Entry;
        return Payload(
            request,
            message,
            session with
            {
                SessionId = carrier.Record.SessionId!,
            },
            carrier.Behalf,
            Images(carrier, joined)
        );
    }

    /// <summary>A message that begins anew is a turn of its own.</summary>
    public string? Tie(TurnRequest request) =>
        DoorCommands.BeginsAnew(settings().Session, request, out _) ? null : TurnTie.Of(request);

    private static string Text(Turn carrier, IReadOnlyList<Turn> joined, IReadOnlyList<Turn> brief) =>
        GatheredText.Of([.. brief.Select(b => b.Request.Message)], [.. joined.Append(carrier).Select(t => t.Request.Message)]);

    private static List<string> Images(Turn carrier, IReadOnlyList<Turn> joined) =>
        [.. joined.Append(carrier).SelectMany(t => t.Request.Images)];

    private ReadOnlyMemory<byte> Payload(
        TurnRequest request,
        string message,
        SessionEntry session,
        TurnBehalf behalf,
        IReadOnlyList<string> images
    )
    {
        var agent = settings().Find(request.Agent);
        return TurnPayload.Write(
            request,
            message,
            session,
            request.Timeout ?? agent?.Rules.Timeout ?? TurnTime.Usual,
            behalf,
            ElevatedPolicy.Permits(agent?.Tools ?? ToolRules.Usual, behalf.Speakers, behalf.Owner),
            session.SpawnDepth is not { } depth || depth >= (agent?.Rules.Subagents ?? new()).MaxSpawnDepth,
            TurnTie.Of(request) is not null && QueueRule.Of(settings().Queue, request.Origin?.Channel).Steers,
            images
        );
    }
}

/// <param name="Record">The turn as it is to be written.</param>
/// <param name="Joined">Those whose text goes into it, as they are to be written.</param>
/// <param name="Session">Its session from now on.</param>
/// <param name="Was">Its session before; null: there was none.</param>
/// <param name="Before">The conversation that is over with it.</param>
/// <param name="Payload">Null where it is over already.</param>
internal sealed record TurnStart(
    TurnRecord Record,
    IReadOnlyList<TurnRecord> Joined,
    SessionEntry Session,
    SessionEntry? Was,
    string? Before,
    ReadOnlyMemory<byte>? Payload
);
