using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>What agents do with sessions: write to another one, or spawn a helper whose result comes back.</summary>
internal sealed class SessionTools(
    SessionsConfig config,
    ITurns turns,
    SessionBook book,
    Func<string, bool> isBusy,
    Func<AgentId, string, TurnBehalf> actsFor,
    Delivered delivered,
    AuditTrail audit,
    TimeProvider time,
    ILogger log
)
{
    private const string Stop = "REPLY_SKIP";
    private const string Silent = "NO_REPLY";
    private const int LongestResult = 64 * 1024;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    private readonly TokenBuckets<AgentId> rate = new(60, Each, time);
    private readonly SpawnPlaces places = new(book, isBusy);

    /// <summary>The sessions that a session may see.</summary>
    public IEnumerable<SessionEntry> Visible((AgentId Agent, string Key) asker) =>
        book.List().Where(e => Refusal(asker, (e.Agent, e.Key)) is null);

    /// <summary>A session that the asking one may see.</summary>
    /// <exception cref="CreelException">There is none, or it may not.</exception>
    public SessionEntry Find((AgentId Agent, string Key) asker, string key)
    {
        var (agent, canonical) = SessionKeyRules.Canonical(key, config.Settings(), asker.Agent);
        if (Refusal(asker, (agent, canonical)) is { } fault)
        {
            throw new CreelException(fault);
        }

        return book.Find(canonical)
            ?? throw new CreelException(
                Fault.NotFound("session-not-found", $"there is no session {SessionKeyRules.Quote(canonical)}")
            );
    }

    /// <summary>A session that a program in a cell names: one that there is, or a name in which there are no words.</summary>
    /// <exception cref="CreelException">It is neither.</exception>
    public void ThrowUnlessNamed(string key)
    {
        if (!SessionKeyRules.IsPlain(key) && book.Find(key) is null && !isBusy(key))
        {
            throw new CreelException(
                Fault.Invalid(
                    "session-key",
                    $"there is no session {SessionKeyRules.Quote(key)}, and none is begun under that name",
                    $"name a new one with at most {SessionKeyRules.LongestName} of a-z, 0-9 and : _ . + @ -"
                )
            );
        }
    }

    /// <summary>Says something in another session; the two may answer each other for a while.</summary>
    /// <param name="to">A key, or null where one of the others is given.</param>
    public async Task<TurnTicket> SendAsync(
        (AgentId Agent, string Key) asker,
        string? to,
        string? label,
        string? agentId,
        string message
    )
    {
        var target = Target(asker, to, label, agentId);
        if (target.Key == asker.Key)
        {
            throw new CreelException(Fault.Invalid("session-self", "a session does not write to itself"));
        }

        if (Refusal(asker, target) is { } fault)
        {
            await audit.RefusedAsync(
                $"agent:{asker.Agent}",
                "session.send",
                $"agent:{target.Agent}",
                AuditDetail.Of(("key", target.Key))
            );
            throw new CreelException(fault);
        }

        ThrowUnlessNamed(target.Key);
        Take(asker.Agent);
        var behalf = actsFor(asker.Agent, asker.Key);
        var ticket = await turns.SubmitAsync(
            Between(
                asker,
                target,
                behalf,
                message,
                $"This message comes from session {SessionKeyRules.Quote(asker.Key)} of agent {asker.Agent}, not from a person."
            )
        );
        await RecordAsync(asker, "session.send", target, ticket.View.RunId);
        _ = PingPongAsync(asker, target, behalf, ticket);
        return ticket;
    }

    /// <summary>Starts a helper in a session of its own.</summary>
    public async Task<TurnTicket> SpawnAsync((AgentId Agent, string Key) asker, SpawnWish wish, CancellationToken cancel)
    {
        var settings = config.Settings();
        var agent = wish.AgentId is null ? asker.Agent : AgentId.Parse(RoutingText.Agent(wish.AgentId));
        if (settings.Find(agent) is null)
        {
            throw new CreelException(Fault.NotFound("unknown-agent", $"there is no agent '{agent}'"));
        }

        var depth = book.Find(asker.Key)?.SpawnDepth ?? SessionKeyText.SubagentDepth(asker.Key);
        var id = Guid.NewGuid().ToString("D");
        var key = $"agent:{agent}:subagent:{id}";
        using var place = places.Take(settings, asker, agent, key, depth, out var refusal);
        if (refusal is not null)
        {
            await audit.RefusedAsync(
                $"agent:{asker.Agent}",
                "session.spawn",
                $"agent:{agent}",
                AuditDetail.Of(("why", refusal.Code))
            );
            throw new CreelException(refusal);
        }

        Take(asker.Agent);
        List<SessionChange> fields = [new("spawnedBy", asker.Key), new("spawnDepth", $"{depth + 1}")];
        if (wish.Label is { Length: > 0 })
        {
            fields.Add(new("label", wish.Label));
        }

        await book.PatchAsync(key, fields, $"agent:{asker.Agent}", cancel);
        var ticket = await GiveAsync(asker, wish, settings.Find(asker.Agent)!.Rules.Subagents, agent, key, id);
        await RecordAsync(asker, "session.spawn", (agent, key), ticket.View.RunId);
        return ticket;
    }

    private async Task<TurnTicket> GiveAsync(
        (AgentId Agent, string Key) asker,
        SpawnWish wish,
        SubagentRules rules,
        AgentId agent,
        string key,
        string id
    )
    {
        try
        {
            return await turns.SubmitAsync(
                new TurnRequest(RunIds.Spawn + id, agent, key, wish.Task)
                {
                    From = $"agent:{asker.Agent}",
                    Model = wish.Model ?? rules.Model.Primary,
                    Thinking = rules.Thinking,
                    Timeout = wish.Timeout ?? rules.RunTimeout,
                    Behalf = actsFor(asker.Agent, asker.Key),
                    Subagent = true,
                    Alone = true,
                    ExtraSystemPrompt =
                        $"You are a helper that session {SessionKeyRules.Quote(asker.Key)} has spawned for one task. Do that task and nothing else; your last answer is "
                        + "given back to who asked. Nobody else reads along.",
                },
                CancellationToken.None
            );
        }
        catch (CreelException)
        {
            // A session that nothing was ever said in is nobody's.
            await book.DeleteAsync(key, deleteTranscript: false, $"agent:{asker.Agent}", CancellationToken.None);
            throw;
        }
    }

    /// <summary>A helper is done: its result becomes a message in the session that spawned it, also after a restart.</summary>
    public void See(TurnEvent happened)
    {
        if (happened is TurnEnded ended && ended.RunId.StartsWith(RunIds.Spawn, StringComparison.Ordinal))
        {
            _ = Task.Run(() => AnnounceAsync(ended.View));
        }
    }

    private async Task AnnounceAsync(TurnView view)
    {
        try
        {
            if (book.Find(view.SessionKey) is not { SpawnedBy: { } parent } entry || book.Find(parent) is not { } asking)
            {
                return;
            }

            var said = view.Text is { Length: > 0 } text ? Cut(text) : view.Error ?? "(it said nothing)";
            var ticket = await turns.SubmitAsync(
                new TurnRequest(
                    $"{RunIds.Announce}{view.RunId}",
                    asking.Agent,
                    parent,
                    $"[Helper {entry.Label ?? SessionKeyRules.Quote(entry.Key)} ended: {SessionView.Word(view.State)}]\n\n{said}\n\n"
                        + $"[Tell whoever waits for this, in your own words. If nobody does, answer {Silent}.]"
                )
                {
                    From = $"agent:{view.Agent}",
                    Behalf = view.Behalf,
                    Alone = true,
                }
            );
            var end = await ticket.Completion;
            if (
                !ticket.Repeated
                && end is { State: TurnState.Ok, Text: { Length: > 0 } answer }
                && answer.Trim() != Silent
                && Back(asking) is { } origin
                && Sending.Permits(config.Settings().Session.SendPolicy, parent, asking.SendPolicy, origin.Channel)
            )
            {
                await delivered.Async(asking.Agent, origin, answer);
            }
        }
        catch (CreelException e)
        {
            log.LogWarning("the result of {Run} can't be told: {Reason}", view.RunId, e.Fault.Message);
        }
    }

    /// <summary>Each answer is the other's next message, until one has nothing more to say.</summary>
    private async Task PingPongAsync(
        (AgentId Agent, string Key) asker,
        (AgentId Agent, string Key) target,
        TurnBehalf behalf,
        TurnTicket ticket
    )
    {
        try
        {
            var (from, to) = (target, asker);
            for (var turn = 1; turn <= config.Settings().Sharing.PingPong; turn++)
            {
                var end = await ticket.Completion;
                if (end is not { State: TurnState.Ok, Text: { Length: > 0 } text } || text.Trim() is Stop or Silent)
                {
                    return;
                }

                ticket = await turns.SubmitAsync(
                    Between(
                        from,
                        to,
                        behalf,
                        Cut(text),
                        $"This is what session {SessionKeyRules.Quote(from.Key)} of agent {from.Agent} answered you. Answer it, or say {Stop} if all is said."
                    )
                );
                (from, to) = (to, from);
            }
        }
        catch (CreelException e)
        {
            log.LogInformation(
                "{Asker} and {Target} stop answering each other: {Reason}",
                asker.Key,
                target.Key,
                e.Fault.Message
            );
        }
    }

    private (AgentId Agent, string Key) Target((AgentId Agent, string Key) asker, string? to, string? label, string? agentId)
    {
        var settings = config.Settings();
        AgentId? agent = agentId is null ? null : AgentId.Parse(RoutingText.Agent(agentId));
        if (to is not null)
        {
            return SessionKeyRules.Canonical(to, settings, agent ?? asker.Agent);
        }

        if (label is not null)
        {
            return book.List(agent).FirstOrDefault(e => e.Label == label && Refusal(asker, (e.Agent, e.Key)) is null) is { } found
                ? (found.Agent, found.Key)
                : throw new CreelException(Fault.NotFound("session-not-found", "there is no session of that label"));
        }

        return agent is not null
            ? SessionKeyRules.Canonical($"agent:{agent}:main", settings)
            : throw new CreelException(Fault.Invalid("session-target", "say to which session: key, label or agentId"));
    }

    private static TurnRequest Between(
        (AgentId Agent, string Key) from,
        (AgentId Agent, string Key) to,
        TurnBehalf behalf,
        string message,
        string system
    ) =>
        new($"{RunIds.Send}{Guid.NewGuid():D}", to.Agent, to.Key, message)
        {
            From = $"agent:{from.Agent}",
            Behalf = behalf,
            ExtraSystemPrompt = system,
            Alone = true,
        };

    private Fault? Refusal((AgentId Agent, string Key) asker, (AgentId Agent, string Key) target) =>
        SessionAccess.ToSession(config.Settings(), asker, target, key => book.Find(key)?.SpawnedBy);

    private void Take(AgentId asker)
    {
        if (!rate.TryTake(asker))
        {
            throw new CreelException(
                new Fault(FaultKind.TooMany, "sessions-rate", $"agent '{asker}' writes to sessions too often", "wait a second")
            );
        }
    }

    private ValueTask RecordAsync(
        (AgentId Agent, string Key) asker,
        string action,
        (AgentId Agent, string Key) target,
        string run
    ) =>
        audit.RecordAsync(
            $"agent:{asker.Agent}",
            action,
            $"agent:{target.Agent}",
            "ok",
            AuditDetail.Of(("from", asker.Key), ("key", target.Key), ("run", run))
        );

    /// <summary>Where the last message of a session came from.</summary>
    private static TurnOrigin? Back(SessionEntry entry) =>
        entry is { LastChannel: { } channel and not "webchat", LastTo: { } to } && to.Split(':', 2) is [var kind, var id]
            ? new TurnOrigin(channel, entry.LastAccountId ?? RoutingText.DefaultAccount, Peer.Of(kind, id), null, null, false)
            {
                ThreadId = entry.LastThreadId,
            }
            : null;

    private static string Cut(string text) => text.Length <= LongestResult ? text : text[..LongestResult] + "…";
}
