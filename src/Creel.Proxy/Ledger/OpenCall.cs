using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Creel.Proxy.Prices;

namespace Creel.Proxy.Ledger;

/// <summary>
/// A call for which money is put aside. Whoever sends it shows it the answer as it comes, and closes it once, whatever
/// happened. Not for two threads at once.
/// </summary>
internal sealed class OpenCall(MoneyBook book, Reservation reservation, CallAsk ask, IDialect dialect, CallRecord record)
{
    private IUsageMeter? meter;
    private int? status;
    private bool closed;

    public string Id => record.Id;

    public string? Model => ask.Model;

    /// <summary>The most tokens that it may use, for limits on tokens a minute.</summary>
    public long TokenBound => ask.InputTokens + ask.OutputTokens;

    /// <summary>What to send: the client's bytes, or with a field put in, so that the length may be another.</summary>
    public ReadOnlyMemory<byte> Body => ask.Body;

    /// <summary>
    /// Part of a streamed answer is taken out: a length that the upstream told must not be passed on.
    /// </summary>
    public bool ChangesAnswer => ask.HidesUsage;

    /// <summary>The head of the answer is here.</summary>
    /// <param name="contentEncoding">
    /// What is compressed can't be read and is charged in full: ask the upstream for plain answers.
    /// </param>
    public void Answer(int answerStatus, string? contentType, string? contentEncoding)
    {
        status = answerStatus;
        var isPlain =
            string.IsNullOrEmpty(contentEncoding) || contentEncoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
        meter = isPlain && answerStatus is >= 200 and < 300 ? dialect.Meter(ask, contentType) : null;
    }

    /// <summary>A slice of the answer is here. Answers what to pass on, nearly always the same; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Observe(ReadOnlyMemory<byte> slice) => meter?.Observe(slice) ?? slice;

    /// <summary>The answer is complete. Answers what was held back, to be passed on.</summary>
    public ReadOnlyMemory<byte> End() => meter?.End() ?? default;

    /// <summary>It is over: settles, and writes it down. A second time does nothing.</summary>
    public CallRecord? Close(CallOutcome outcome)
    {
        if (closed)
        {
            return null;
        }

        closed = true;
        var (basis, settled, charges, tier) = Charge(outcome);
        var call = record with
        {
            Outcome = outcome,
            Status = status,
            Basis = basis,
            Settled = settled,
            Charges = charges,
            Tier = tier,
            Purses = reservation.Slots.Count > 0 ? [.. reservation.Slots.Select(s => s.Account.Label)] : null,
            Added = ask.Added,
        };
        book.Settle(reservation, settled, call);
        return call;
    }

    private (ChargeBasis Basis, Money Settled, IReadOnlyList<CallCharge> Charges, string? Tier) Charge(CallOutcome outcome)
    {
        if (meter?.Final is { } usage)
        {
            // Once the provider has said its last word, it does not matter who hung up first.
            var charge = (ask.Price ?? Free).Of(usage);
            var charges = charge.Lines.Select(l => new CallCharge(l.Kind, l.Tokens, new Money(l.Rate.NanosPerMillion), l.Amount));
            return (
                ChargeBasis.Usage,
                Money.Min(charge.Total + ask.Extra, Money.Most),
                [.. charges],
                charge.IsLong ? "long" : null
            );
        }

        return reservation.Amount.IsZero || outcome == CallOutcome.NotSent || IsRefusal(status)
            ? (ChargeBasis.Nothing, Money.Zero, [], null)
            : (ChargeBasis.Reservation, reservation.Amount, [], null);
    }

    private static ModelPrice Free { get; } =
        new("", [""], new RateCard(default, default, default, default, default), null, null, null, null, null, "");

    /// <summary>
    /// The provider says that it did not do it: it was asked wrongly, or too often (429), or has no room (503, 529). After
    /// another error nobody knows how far it came; a 408 may come late.
    /// </summary>
    private static bool IsRefusal(int? status) => status is (>= 400 and < 500 and not (408 or 499)) or 503 or 529;
}
