using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub.Tasks;

namespace Creel.Server.Hub.Bridges;

/// <summary>One agent asks another for work: the dispatcher plus an allow-list, and both names in the book.</summary>
internal sealed class Bridge(HubParts hub, Dispatcher dispatcher)
{
    private readonly BridgeQuota quota = new(hub);

    private const string NamePrefix = "agent:";

    public static string Name(AgentId agent) => NamePrefix + agent;

    /// <summary>Before anybody can ask: counts the questions that are open since before the start.</summary>
    /// <param name="busy">Who has unfinished tasks.</param>
    /// <exception cref="CreelException">The store can't be read.</exception>
    public async ValueTask ResumeAsync(IEnumerable<AgentId> busy, CancellationToken cancel)
    {
        foreach (var agent in busy)
        {
            foreach (var record in await hub.Tasks.ListAsync(TaskQuery.Unfinished(agent) with { Bodies = false }, cancel))
            {
                if (record.Task.From.StartsWith(NamePrefix, StringComparison.Ordinal))
                {
                    var from = AgentId.Legacy(record.Task.From[NamePrefix.Length..]);
                    quota.Resume(from);
                    CloseAfter(hub.Feed.Listen(record.Task.Id).End, from);
                }
            }
        }
    }

    public bool Permits(AgentId from, AgentId to) => hub.Config.Bridge().Permits(from, to);

    /// <exception cref="CreelException">Not allowed, too often, or not possible.</exception>
    public async ValueTask<TaskTicket> AskAsync(AgentId from, AgentId to, ReadOnlyMemory<byte> payload)
    {
        if (!Permits(from, to))
        {
            await RefuseAsync(from, to.Value);
        }

        payload = await OnBehalfAsync(from, to, payload);
        if (quota.Open(from) is { } fault)
        {
            await RecordRefusalAsync(from, to.Value, AuditDetail.Of(("reason", fault.Code)));
            throw new CreelException(fault);
        }

        TaskTicket ticket;
        try
        {
            ticket = await dispatcher.SubmitAsync(new TaskRequest(to, payload, Name(from)));
        }
        catch
        {
            quota.Close(from);
            throw;
        }

        CloseAfter(ticket.Completion, from);
        await hub.Audit.RecordAsync(Name(from), "bridge.ask", Name(to), "ok", AuditDetail.Of(("task", ticket.Id.ToString())));
        return ticket;
    }

    /// <summary>Who asks another one for a turn may not get more for it than it may itself.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> OnBehalfAsync(AgentId from, AgentId to, ReadOnlyMemory<byte> payload)
    {
        if (!TurnPayload.IsTurn(payload.Span))
        {
            return payload;
        }

        try
        {
            var behalf = hub.Config.Behalf(from, to);
            return
                hub.Config.Elsewhere?.GatewayOf(to) is { } gateway
                && (behalf.Limits.Count > 0 || behalf is { Owner: false, Speakers.Count: > 0 })
                ? throw new CreelException(
                    Fault.Refused(
                        "tools-not-followed",
                        $"agent '{from}' speaks for somebody who may not all, and agent '{to}' can't be held to that at gateway '{gateway}'",
                        "Let an agent in a cell do it, with the native brain."
                    )
                )
                : TurnPayload.OnBehalf(payload, behalf);
        }
        catch (CreelException e)
        {
            await RecordRefusalAsync(from, to.Value, AuditDetail.Of(("reason", e.Fault.Code)));
            throw;
        }
    }

    /// <exception cref="CreelException">Always: this agent may not ask that one.</exception>
    public async ValueTask RefuseAsync(AgentId from, string to)
    {
        await RecordRefusalAsync(from, to);
        throw new CreelException(
            Fault.Refused(
                "bridge",
                $"agent '{from}' may not ask {Quote(to)} for work",
                "in the habitat set tools.agentToAgent.enabled to true and name both agents in tools.agentToAgent.allow"
            )
        );
    }

    /// <summary>Repeats are folded for each agent that there is. Names that are made up are one kind, and hide no true one.</summary>
    private ValueTask RecordRefusalAsync(AgentId from, string to, string? detail = null)
    {
        var target = to.Length <= 64 ? NamePrefix + to : NamePrefix + "?";
        var known = hub.Book.Find(AgentId.Legacy(to)) is not null;
        return hub.Audit.RefusedAsync(Name(from), "bridge.refuse", target, detail, known ? target : "");
    }

    private void CloseAfter(Task<TaskRecord> end, AgentId from) =>
        _ = end.ContinueWith(_ => quota.Close(from), TaskScheduler.Default);

    private static string Quote(string to) => to.Length <= 64 && !to.Any(char.IsControl) ? $"'{to}'" : "an agent of that name";
}
