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
                began = waits.Began,
                seconds = Math.Round(waits.Ago.TotalSeconds, 3),
            },
            ProvisionEvent.Planned planned => new
            {
                @event = "plan",
                plan = PlanViews.Of(new GatewayPlan(planned.Plan.Gateway, planned.Plan, [], null)),
            },
            ProvisionEvent.Unreached unreached => new
            {
                @event = "unreached",
                gateway = unreached.Gateway,
                error = unreached.Fault.Message,
                code = unreached.Fault.Code,
                remedy = unreached.Fault.Remedy,
            },
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
                since = record.At,
                error = left.Message,
                code = left.Code,
                remedy = left.Remedy,
            },
            _ => View(position.Record!, position.Record!.Standing, position.AtWork, wrote: null, skipped: null),
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

    public static string Word(Standing standing) => standing.ToString().ToLowerInvariant();

    private static object Of(AgentEnd end) => View(end.Record, end.Standing, atWork: null, end.Wrote, end.Skipped);

    private static object View(ProvisionRecord record, Standing standing, bool? atWork, bool? wrote, string? skipped) =>
        new
        {
            gateway = record.Gateway,
            agent = record.Agent.Value,
            id = record.Id,
            standing = skipped is null ? Word(standing) : "skipped",
            atWork,
            wrote,
            skipped,
            since = record.At,
            attempts = record.Attempts,
            nextTry = record.NextTry,
            error = record.Error?.Message,
            code = record.Error?.Code,
            remedy = record.Error?.Remedy,
            command = skipped is null && standing is Standing.Waiting or Standing.Failed or Standing.Removing
                ? StandingRule.Command(record)
                : null,
            unsupported = record.Unsupported() is { Count: > 0 } files ? files : null,
        };
}
