using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>Where agents at gateways stand, in words.</summary>
internal static class StandingText
{
    /// <param name="told">Why was said already.</param>
    public static string Of(StandingView agent, bool told = false) =>
        agent.Skipped is { } why ? $"skipped: {why}"
        : agent.AtWork ? $"{agent.Standing} (at work)"
        : !told && agent is { Standing: "waiting" or "failed" or "removing" or "left", Error: { } error }
            ? $"{agent.Standing}: {error}"
        : agent.Standing;

    /// <summary>A cause that several have is said once: of the others is said with whom they have it in common.</summary>
    public static TextTable Table(IEnumerable<StandingView> agents, TimeProvider time)
    {
        var said = new Dictionary<(string? Gateway, string Error), string>();
        var table = new TextTable("AGENT", "GATEWAY", "STANDING", "NEXT TRY", "WHY");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Agent,
                agent.Gateway ?? "our own",
                agent.AtWork && agent.Standing != "provisioned" ? $"{agent.Standing} (at work)" : agent.Standing,
                Next(agent, time),
                agent.Error is { } error && !said.TryAdd((agent.Gateway, error), agent.Agent)
                    ? $"as {said[(agent.Gateway, error)]}"
                    : Why(agent)
            );
        }

        return table;
    }

    /// <summary>How many stand how: <c>25 provisioned, 7 waiting</c>; null: nobody is known.</summary>
    public static string? Sum(IEnumerable<StandingView> agents)
    {
        var words = agents
            .GroupBy(a => a.Standing)
            .OrderByDescending(same => same.Count())
            .ThenBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => $"{same.Count()} {same.Key}")
            .ToList();
        return words.Count == 0 ? null : string.Join(", ", words);
    }

    /// <summary>What is wrong at a gateway, each once for all whom it is wrong for.</summary>
    public static IEnumerable<string> Faults(string gateway, IEnumerable<StandingView> agents) =>
        agents
            .Where(a => a is { Error: not null, Standing: "waiting" or "failed" or "removing" })
            .GroupBy(a => a.Error!)
            .Select(same => $"{gateway}: {same.Key} ({Words.Count(same.Count(), "agent", "agents")})");

    /// <summary>What to do, once for all whom it helps.</summary>
    public static void Remedies(Call call, IEnumerable<StandingView> agents)
    {
        foreach (var same in agents.Where(a => a.Remedy is not null).GroupBy(a => a.Remedy!))
        {
            call.Note($"  → {string.Join(", ", same.Select(a => a.Agent).Take(5))}{(same.Count() > 5 ? ", …" : "")}: {same.Key}");
        }

        foreach (var command in Commands(agents).Take(5))
        {
            call.Note($"  → at once: {command}");
        }
    }

    /// <summary>One for all at a gateway that have one cause.</summary>
    private static IEnumerable<string> Commands(IEnumerable<StandingView> agents) =>
        agents
            .Where(a => a is { AtWork: false, Command: not null })
            .GroupBy(a => (a.Gateway, a.Standing, a.Error))
            .SelectMany(same =>
                same.Key.Gateway is { } gateway && same.Key.Standing != "removing" && same.Count() > 1
                    ? [$"creel provision --gateway {gateway}"]
                    : same.Select(a => a.Command!)
            )
            .Distinct();

    private static string? Next(StandingView agent, TimeProvider time) =>
        agent.NextTry is not { } at || agent.Standing is "removed" ? null
        : at <= time.GetUtcNow() ? "now"
        : $"in {Words.Milliseconds((at - time.GetUtcNow()).TotalMilliseconds)}";

    private static string? Why(StandingView agent) =>
        agent.Error ?? (agent.Unsupported is { } files ? $"the gateway does not take {string.Join(", ", files)}" : agent.Skipped);
}
