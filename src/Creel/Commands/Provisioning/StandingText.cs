using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>Where agents at gateways stand, in words.</summary>
internal static class StandingText
{
    public static string Of(StandingView agent) =>
        agent.Skipped is { } why ? $"skipped: {why}"
        : agent.AtWork ? $"{agent.Standing} (at work)"
        : agent.Standing is "waiting" or "failed" or "removing" or "left" && agent.Error is { } error
            ? $"{agent.Standing}: {error}"
        : agent.Standing;

    public static TextTable Table(IEnumerable<StandingView> agents, TimeProvider time)
    {
        var table = new TextTable("AGENT", "GATEWAY", "STANDING", "NEXT TRY", "WHY");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Agent,
                agent.Gateway ?? "our own",
                agent.AtWork && agent.Standing != "provisioned" ? $"{agent.Standing} (at work)" : agent.Standing,
                Next(agent, time),
                Why(agent)
            );
        }

        return table;
    }

    /// <summary>What to do, once for all whom it helps.</summary>
    public static void Remedies(Call call, IEnumerable<StandingView> agents)
    {
        foreach (var same in agents.Where(a => a.Remedy is not null).GroupBy(a => a.Remedy!))
        {
            call.Note($"  → {string.Join(", ", same.Select(a => a.Agent).Take(5))}{(same.Count() > 5 ? ", …" : "")}: {same.Key}");
        }

        foreach (var command in agents.Where(a => !a.AtWork).Select(a => a.Command).OfType<string>().Take(5))
        {
            call.Note($"  → at once: {command}");
        }
    }

    private static string? Next(StandingView agent, TimeProvider time) =>
        agent.NextTry is not { } at || agent.Standing is "provisioned" or "removed" ? null
        : at <= time.GetUtcNow() ? "now"
        : $"in {Words.Milliseconds((at - time.GetUtcNow()).TotalMilliseconds)}";

    private static string? Why(StandingView agent) =>
        agent.Error ?? (agent.Unsupported is { } files ? $"the gateway does not take {string.Join(", ", files)}" : agent.Skipped);
}
