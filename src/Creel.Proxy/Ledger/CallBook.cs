using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Microsoft.Extensions.Logging;

namespace Creel.Proxy.Ledger;

/// <summary>Reads a call, bounds it, reserves for it. The forwarder asks here before it sends anything.</summary>
/// <param name="log">Told of calls that cost more than was put aside for them.</param>
internal sealed class CallBook(MoneyBook book, TimeProvider time, ILogger log)
{
    /// <param name="limit">
    /// Asked for the most tokens that the call may use, before money is put aside. What it refuses is written down; what it
    /// lets pass is for the caller to take back where the call does not go.
    /// </param>
    public async ValueTask<Admission> AdmitAsync(
        CallRequest request,
        CallTerms terms,
        IDialect dialect,
        Func<TokenBound, CallRefusal?>? limit = null
    )
    {
        var blank = Blank(request, terms);
        var reading = dialect.Read(request.Method, request.Path, request.Body, terms);
        if (reading is CallReading.Refuses refuses)
        {
            return Refuse(blank, refuses.Refusal);
        }

        var ask = ((CallReading.Asks)reading).Ask;
        var record = blank with
        {
            Model = ask.Model,
            Reserved = ask.Worst,
            InputBound = ask.InputTokens,
            OutputBound = ask.OutputTokens,
            Extra = ask.Extra,
            Prices = ask.Price?.Version,
        };
        if (limit?.Invoke(new TokenBound(ask.InputTokens, ask.OutputTokens)) is { } over)
        {
            return Refuse(record, over);
        }

        switch (await book.ReserveAsync(request.Group, ask.Worst).ConfigureAwait(false))
        {
            case BookDecision.Granted granted:
                var call = new OpenCall(book, granted.Reservation, ask, dialect, record, request.ReadsOn, log);
                return new Admission.Goes(ask.Body, call, record.Id, ask.Price?.Context);
            case BookDecision.Refused { Why: var why }:
                return Refuse(record, new CallRefusal(402, "budget", why.ToString()));
            case BookDecision.Unavailable { Why: var fault }:
                return Refuse(record, new CallRefusal(503, fault.Code, fault.Message));
            case var other:
                throw new InvalidOperationException(other.ToString());
        }
    }

    private Admission.Refused Refuse(CallRecord record, CallRefusal refusal)
    {
        var call = record with { Model = record.Model ?? refusal.Model };
        book.Note(call.Refused(refusal.Rule, refusal.Status, refusal.Message));
        return new Admission.Refused(refusal, record.Id);
    }

    private CallRecord Blank(CallRequest request, CallTerms terms) =>
        new(
            book.NextCall(),
            time.GetUtcNow(),
            request.Cell.ToString(),
            request.Group.Value,
            request.Agent?.Value,
            terms.Upstream,
            Shown($"{request.Method} {request.Path}"),
            null,
            CallOutcome.NotSent,
            null,
            null,
            ChargeBasis.Nothing,
            Money.Zero,
            Money.Zero,
            0,
            0,
            Money.Zero,
            [],
            null
        );

    private static string Shown(string text) =>
        text.Length <= 120 && !text.Any(char.IsControl)
            ? text
            : string.Concat(text.Take(120).Select(c => char.IsControl(c) ? '?' : c));
}
