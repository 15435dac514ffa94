using System.Runtime.InteropServices;
using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>Calls that wait to be written, and their sums. When the disk fails for long, the calls are forgotten but not the sums.</summary>
internal sealed class CallLog
{
    private const int MostCalls = 50_000;
    private const int MostAtOnce = 2_000;

    /// <summary>
    /// Names of agents and models come from cells. Sums are kept for ever, so there must not be any number of them; each group has
    /// its own, so that none uses up another's.
    /// </summary>
    private const int MostNames = 1_000;

    private readonly Dictionary<string, HashSet<string>> names = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Hour, string Group, string Agent, string Upstream, string Model), SpendSum> sums = [];

    public List<CallRecord> Calls { get; private set; } = [];

    public bool IsBehind => Calls.Count >= MostAtOnce;

    public bool IsEmpty => sums.Count == 0 && Calls.Count == 0;

    public IReadOnlyCollection<SpendSum> Sums => sums.Values;

    public void Add(CallRecord call)
    {
        if (Calls.Count < MostCalls)
        {
            Calls.Add(call);
        }

        var refused = call.Outcome == CallOutcome.Refused;
        var hour = new DateTimeOffset(call.At.UtcTicks - (call.At.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        var sum = new SpendSum(
            hour,
            call.Group,
            Known(call.Group, call.Agent),
            call.Upstream,
            refused && call.Prices is null ? "" : Known(call.Group, call.Model),
            refused ? 0 : 1,
            refused ? 1 : 0,
            call.Settled,
            Tokens(call, "input"),
            Tokens(call, "output"),
            Tokens(call, "cache read"),
            Tokens(call, "cache write 5m") + Tokens(call, "cache write 1h")
        );
        Add(sum);
    }

    /// <summary>
    /// Gives away the sums and the oldest calls, not more of them than a disk that is nearly full may take at once.
    /// </summary>
    public CallLog TakeSome()
    {
        var part = new CallLog { Calls = Calls };
        foreach (var sum in sums.Values)
        {
            part.Add(sum);
        }

        Calls = [];
        sums.Clear();
        if (part.Calls.Count > MostAtOnce)
        {
            Calls = part.Calls[MostAtOnce..];
            part.Calls = part.Calls[..MostAtOnce];
        }

        return part;
    }

    /// <summary>Takes back what could not be written, before what came since.</summary>
    public void AddBack(CallLog earlier)
    {
        Calls = [.. earlier.Calls.Concat(Calls).Take(MostCalls)];
        foreach (var sum in earlier.Sums)
        {
            Add(sum);
        }
    }

    private void Add(SpendSum sum)
    {
        var key = (sum.Hour.UtcTicks, sum.Group, sum.Agent, sum.Upstream, sum.Model);
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out var exists);
        slot = !exists
            ? sum
            : sum with
            {
                Calls = sum.Calls + slot!.Calls,
                Refused = sum.Refused + slot.Refused,
                Settled = sum.Settled + slot.Settled,
                Input = sum.Input + slot.Input,
                Output = sum.Output + slot.Output,
                CacheRead = sum.CacheRead + slot.CacheRead,
                CacheWrite = sum.CacheWrite + slot.CacheWrite,
            };
    }

    private string Known(string group, string? name)
    {
        if (name is null)
        {
            return "";
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(names, group, out _);
        known ??= new(StringComparer.Ordinal);
        return known.Contains(name) || (known.Count < MostNames && known.Add(name)) ? name : "(others)";
    }

    private static long Tokens(CallRecord call, string kind)
    {
        var tokens = 0L;
        foreach (var charge in call.Charges)
        {
            tokens += charge.Kind == kind ? charge.Tokens : 0;
        }

        return tokens;
    }
}
