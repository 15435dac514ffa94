using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What happens, and how agents stand, as the API says it.</summary>
internal static class EventViews
{
    public static object Of(ProvisionEvent happened) =>
        happened switch
        {
            ProvisionEvent.Waits waits => new
            {
                @event = "waits",
                gateway = waits.Gateway,
                began = Milliseconds(waits.Began),
                seconds = Math.Round(waits.Ago.TotalSeconds, 3),
            },
            ProvisionEvent.Planned planned => new
            {
                @event = "plan",
                plan = PlanViews.Of(new GatewayPlan(planned.Plan.Gateway, planned.Plan, [], null)),
            },
            ProvisionEvent.Away away => Gone("away", away.Gateway, away.Fault, nextTry: null),
            ProvisionEvent.Unreached unreached => Gone("unreached", unreached.Gateway, unreached.Fault, unreached.NextTry),
            ProvisionEvent.Step step => new
            {
                @event = "step",
                gateway = step.Gateway,
                agent = step.Agent?.Value,
                text = step.Text,
            },
            ProvisionEvent.Asked asked => new
            {
                @event = "asked",
                gateway = asked.Gateway,
                connections = asked.Figures.Connections,
                calls = asked.Figures.Calls,
                changes = asked.Figures.Changes,
            },
            ProvisionEvent.Ended ended => new { @event = "agent", agent = Of(ended.End) },
            ProvisionEvent.Done done => new
            {
                @event = "done",
                ok = done.Ok,
                seconds = done.Elapsed.TotalSeconds,
                agents = done.Ends.OrderBy(e => e.Record.Gateway).ThenBy(e => e.Record.Agent).Select(Of),
            },
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };

    /// <summary>What a run that brings templates up to date came to.</summary>
    public static object Sync(ProvisionEvent.Done done, bool includesMain, bool resets) =>
        new
        {
            @event = "done",
            ok = done.Ok,
            seconds = done.Elapsed.TotalSeconds,
            agents = done.Ends.OrderBy(e => e.Record.Gateway).ThenBy(e => e.Record.Agent).Select(Of),
            gateway = done.Ends.FirstOrDefault()?.Record.Gateway,
            includeMain = includesMain,
            resetSessions = resets,
            agentsUpdated = done.Ends.Count(e => e is { IsMain: false, Wrote: true, IsWell: true }),
            agentsUnchanged = done.Ends.Count(e => e is { IsMain: false, Wrote: false, IsWell: true, Skipped: null }),
            agentsSkipped = done.Ends.Count(e => e is { IsMain: false, Skipped: not null }),
            mainUpdated = done.Ends.Any(e => e is { IsMain: true, Wrote: true, IsWell: true }),
            errors = done
                .Ends.Where(e => !e.IsWell)
                .Select(e => new { agent = e.Record.Agent.Value, message = e.Record.Error?.Message }),
        };

    public static object Of(AgentPosition position) =>
        position switch
        {
            { Wanted: { Files: null } own } => Bare(own, "imported"),
            { Record: null, Wanted: { } wanted } => Bare(wanted, "new"),
            { Left: { } left, Record: { } record } => new
            {
                gateway = record.Gateway,
                agent = record.Agent.Value,
                id = record.Id,
                standing = "left",
                atWork = position.AtWork,
                since = Milliseconds(record.At),
                error = left.Message,
                code = left.Code,
                remedy = left.Remedy,
            },
            { Record: { } record } => View(
                position.Away is { } away && record.Standing != Standing.Provisioned ? record with { Error = away } : record,
                record.Standing,
                position.AtWork,
                end: null
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(position)),
        };

    private static object Gone(string happened, string? gateway, Fault fault, DateTimeOffset? nextTry) =>
        new
        {
            @event = happened,
            gateway,
            error = fault.Message,
            code = fault.Code,
            remedy = fault.Remedy,
            nextTry = Milliseconds(nextTry),
        };

    /// <summary>Of which nothing is kept that counts.</summary>
    private static object Bare(DesiredAgent agent, string standing) =>
        new
        {
            gateway = agent.Gateway,
            agent = agent.Agent.Value,
            id = agent.Registration.Id,
            standing,
        };

    /// <summary>Since 1970, as all times of the API.</summary>
    private static long? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    public static string Word(Standing standing) => standing.ToString().ToLowerInvariant();

    private static object Of(AgentEnd end) => View(end.Record, end.Standing, atWork: null, end);

    private static object View(ProvisionRecord record, Standing standing, bool? atWork, AgentEnd? end) =>
        new
        {
            gateway = record.Gateway,
            agent = record.Agent.Value,
            id = record.Id,
            standing = end?.Skipped is null ? Word(standing) : "skipped",
            atWork,
            wrote = end?.Wrote,
            unseen = end is { Unseen: true } ? true : (bool?)null,
            skipped = end?.Skipped,
            since = Milliseconds(record.At),
            attempts = record.Attempts,
            nextTry = Milliseconds(record.NextTry),
            error = record.Error?.Message,
            code = record.Error?.Code,
            remedy = record.Error?.Remedy,
            command = end?.Skipped is null && standing is Standing.Waiting or Standing.Failed or Standing.Removing
                ? StandingRule.Command(record)
                : null,
            unsupported = record.Unsupported() is { Count: > 0 } files ? files : null,
        };
}
