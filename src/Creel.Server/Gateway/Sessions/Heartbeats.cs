using System.Globalization;
using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Wakes agents by the clock, those that the habitat names; by default none, since each time costs money.</summary>
internal sealed class Heartbeats(
    SessionsConfig config,
    ITurns turns,
    SessionBook book,
    Func<string, bool> isBusy,
    Delivered delivered,
    TimeProvider time,
    ILogger log
)
{
    private const string File = "HEARTBEAT.md";
    private readonly Dictionary<AgentId, (HeartbeatModel Rule, DateTimeOffset Next)> clocks = [];

    /// <summary>Wakes those whose time has come.</summary>
    public async Task TickAsync(CancellationToken cancel)
    {
        var (now, settings) = (time.GetUtcNow(), config.Settings());
        foreach (var agent in clocks.Keys.Where(a => settings.Find(a)?.Rules.Heartbeat is null).ToList())
        {
            clocks.Remove(agent);
        }

        foreach (var agent in settings.Agents)
        {
            if (agent.Rules.Heartbeat is not { } rule)
            {
                continue;
            }

            if (!clocks.TryGetValue(agent.Id, out var clock) || clock.Rule.Every != rule.Every)
            {
                // Not all at once after a start.
                clocks[agent.Id] = (rule, now + (rule.Every * Random.Shared.NextDouble()));
                continue;
            }

            if (clock.Next > now)
            {
                continue;
            }

            var key = Session(agent.Id, rule, settings);
            if (isBusy(key))
            {
                // It is looked again at the next tick: whoever works needs no waking.
                continue;
            }

            clocks[agent.Id] = (rule, now + rule.Every);
            if (
                HeartbeatHours.Hold(rule.ActiveHours, settings.UserTimezone, now, time.LocalTimeZone)
                && await HasWorkAsync(agent.Id, cancel)
            )
            {
                await WakeQuietlyAsync(agent.Id, rule, key, now, cancel);
            }
        }
    }

    /// <summary>What an agent is asked when it is woken, and in which session.</summary>
    public TurnRequest Request(AgentId agent, string? message, string runId)
    {
        var settings = config.Settings();
        var rule = settings.Find(agent)?.Rules.Heartbeat;
        var key = Session(agent, rule, settings);
        return new TurnRequest(runId, agent, key, message ?? rule?.Prompt ?? HeartbeatAnswer.UsualPrompt)
        {
            From = message is null ? SessionBook.Heartbeat : "admin",
            Behalf = message is null ? book.Find(key)?.Behalf : null,
            Model = rule?.Model,
            Alone = true,
        };
    }

    private async Task WakeQuietlyAsync(
        AgentId agent,
        HeartbeatModel rule,
        string key,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        try
        {
            var run = string.Create(CultureInfo.InvariantCulture, $"{RunIds.Heartbeat}{agent}:{now.ToUnixTimeMilliseconds()}");
            var ticket = await turns.SubmitAsync(Request(agent, null, run), cancel);
            _ = TellAsync(rule, key, ticket);
        }
        catch (CreelException e)
        {
            log.LogWarning("agent {Agent} can't be woken: {Reason}", agent, e.Fault.Message);
        }
    }

    private async Task TellAsync(HeartbeatModel rule, string key, TurnTicket ticket)
    {
        var end = await ticket.Completion;
        if (end.State != TurnState.Ok)
        {
            log.LogWarning("agent {Agent} was woken and did not answer: {State} {Reason}", end.Agent, end.State, end.Error);
            return;
        }

        var session = book.Find(key);
        if (
            HeartbeatAnswer.ToTell(end.Text, rule.AckMaxChars) is { } text
            && HeartbeatAnswer.Target(rule, session) is { } target
            && Sending.Permits(config.Settings().Session.SendPolicy, key, session?.SendPolicy, target.Channel)
        )
        {
            await delivered.Async(end.Agent, target, text);
        }
    }

    /// <summary>A file that is there and says nothing means that there is nothing to do, which is not worth a call.</summary>
    private async ValueTask<bool> HasWorkAsync(AgentId agent, CancellationToken cancel)
    {
        if (config.Files is not { } files)
        {
            return true;
        }

        try
        {
            return (await files.GetAsync(agent, File, cancel)).Content is not { } text || !HeartbeatAnswer.SaysNothing(text);
        }
        catch (CreelException e)
        {
            log.LogWarning("agent {Agent} is not woken: {Reason}", agent, e.Fault.Message);
            return false;
        }
    }

    private static string Session(AgentId agent, HeartbeatModel? rule, SessionSettings settings)
    {
        try
        {
            var (owner, key) = SessionKeyRules.Canonical(rule?.Session ?? "main", settings, agent);
            return owner == agent ? key : SessionKeyRules.Main(agent, settings.Session.Keys);
        }
        catch (CreelException)
        {
            return SessionKeyRules.Main(agent, settings.Session.Keys);
        }
    }
}
