using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Creel.Proxy.Prices;
using Microsoft.Extensions.Logging;

namespace Creel.Proxy.Ledger;

/// <summary>A call for which money is put aside. Not for two threads at once.</summary>
internal sealed class OpenCall(
    MoneyBook book,
    Reservation reservation,
    CallAsk ask,
    IDialect dialect,
    CallRecord record,
    bool readsOn,
    ILogger log
) : ICallMeter
{
    private IUsageMeter? meter;
    private int? status;
    private bool closed;

    public bool ChangesLength => ask.HidesUsage;

    public bool ReadsOn => readsOn;

    public long? Used { get; private set; }

    public void Begin(int answerStatus, string? contentType, string? contentEncoding)
    {
        status = answerStatus;
        var isPlain =
            string.IsNullOrEmpty(contentEncoding) || contentEncoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
        meter = isPlain && answerStatus is >= 200 and < 300 ? dialect.Meter(ask, contentType) : null;
    }

    public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> slice) => meter?.Observe(slice) ?? slice;

    public ReadOnlyMemory<byte> End() => meter?.End() ?? default;

    void ICallMeter.Close(CallOutcome outcome) => Close(outcome);

    /// <summary>Settles, and writes it down. A second time does nothing.</summary>
    public CallRecord? Close(CallOutcome outcome)
    {
        if (closed)
        {
            return null;
        }

        closed = true;
        var (basis, settled, charges, tier) = Charge(outcome);
        Used =
            meter?.Final is { } usage ? usage.Prompt + usage.Output
            : ask.Kind == CallKind.Free || IsUndone(outcome) ? 0
            : null;
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
        if (settled > reservation.Amount)
        {
            log.LogWarning(
                "Call {Call} of group {Group} cost {Settled}, more than the {Reserved} put aside for it: {Upstream} counted more than its bound",
                record.Id,
                record.Group,
                settled,
                reservation.Amount,
                record.Upstream
            );
        }

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

        return reservation.Amount.IsZero || IsUndone(outcome)
            ? (ChargeBasis.Nothing, Money.Zero, [], null)
            : (ChargeBasis.Reservation, reservation.Amount, [], null);
    }

    private static ModelPrice Free { get; } =
        new("", [""], new RateCard(default, default, default, default, default), null, null, null, null, null, "");

    private bool IsUndone(CallOutcome outcome) => outcome == CallOutcome.NotSent || IsRefusal(status);

    /// <summary>
    /// The provider says that it did not do it: it was asked wrongly, or too often (429), or has no room (503, 529). After
    /// another error nobody knows how far it came; a 408 may come late.
    /// </summary>
    private static bool IsRefusal(int? status) => status is (>= 400 and < 500 and not (408 or 499)) or 503 or 529;
}
