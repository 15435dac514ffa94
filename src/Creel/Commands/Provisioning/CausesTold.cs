using System.Globalization;

namespace Creel.Commands.Provisioning;

/// <summary>Why gateways can't be reached, said once for all agents that live there.</summary>
internal sealed class CausesTold
{
    private readonly HashSet<(string? Gateway, string? Error)> away = [];
    private readonly HashSet<(string? Gateway, string? Error)> ended = [];

    /// <summary>The line for a gateway that is away just now (<c>away</c>), or at which nothing more is done (<c>unreached</c>).</summary>
    public string Say(ProvisionEventView happened, TimeProvider time)
    {
        var name = GatewayName.Of(happened.Gateway);
        var cause = (happened.Gateway, happened.Error);
        if (happened.Event == "away")
        {
            away.Add(cause);
            return $"{name} can't be reached: {happened.Error}; trying again";
        }

        ended.Add(cause);
        var next = happened.NextTry is { } at
            ? $"trying again, next at {TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture)}"
            : null;
        return away.Contains(cause) ? $"{name} still can't be reached{(next is null ? "" : $"; {next}")}"
            : next is null ? $"{name}: can't be looked at: {happened.Error}"
            : $"{name} can't be reached: {happened.Error}; {next}";
    }

    /// <summary>Why it stands so was said.</summary>
    public bool Has(StandingView agent) => agent.Error is { } error && ended.Contains((agent.Gateway, error));

    /// <summary>What it came to at each gateway that could not be reached.</summary>
    public IEnumerable<string> Ends(IReadOnlyList<StandingView> agents)
    {
        foreach (var there in agents.Where(Has).GroupBy(a => a.Gateway))
        {
            var same = there.Count(a => a.Unseen);
            var waits = there.Count(a => !a.Unseen && a.Standing is "waiting" or "removing");
            var failed = there.Count(a => a.Standing == "failed");
            var counts = new[]
            {
                same > 0 ? $"{same} as they were" : null,
                waits > 0 ? $"{waits} {(waits == 1 ? "waits" : "wait")}" : null,
                failed > 0 ? $"{failed} failed" : null,
            };
            // Who failed waits for a person, and not for a gateway that is away.
            var cant = failed > 0 ? "looked at" : "reached";
            yield return $"{GatewayName.Of(there.Key)} can't be {cant}; {string.Join(", ", counts.OfType<string>())}";
        }
    }
}
