using Creel.Core.Budgets;
using Creel.Proxy.Dialects;

namespace Creel.Proxy.Ledger;

/// <summary>Reads a call, bounds it, reserves for it. The forwarder asks here before it sends anything.</summary>
internal sealed class CallBook(MoneyBook book, TimeProvider time)
{
    public async ValueTask<Admission> AdmitAsync(CallRequest request, CallTerms terms, IDialect dialect)
    {
        var blank = Blank(request, terms);
        var reading = dialect.Read(request.Method, request.Path, request.Body, terms);
        if (reading is CallReading.Refuses refuses)
        {
            return Refuse(blank, refuses.Refusal, dialect);
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
        switch (await book.ReserveAsync(request.Group, ask.Worst).ConfigureAwait(false))
        {
            case BookDecision.Granted granted:
                return new Admission.Goes(new OpenCall(book, granted.Reservation, ask, dialect, record));
            case BookDecision.Refused { Why: var why }:
                return Refuse(record, new CallRefusal(RefusalKind.Budget, "budget", $"creel: {why}"), dialect);
            case BookDecision.Unavailable { Why: var fault }:
                return Refuse(record, new CallRefusal(RefusalKind.Book, fault.Code, $"creel: {fault.Message}"), dialect);
            case var other:
                throw new InvalidOperationException(other.ToString());
        }
    }

    /// <summary>Writes down a call that was refused elsewhere: by a limit, or since its model is not allowed.</summary>
    public Admission.Refused Refuse(CallRequest request, CallTerms terms, CallRefusal refusal, IDialect dialect) =>
        Refuse(Blank(request, terms), refusal, dialect);

    private Admission.Refused Refuse(CallRecord record, CallRefusal refusal, IDialect dialect)
    {
        var answer = dialect.Refuse(refusal);
        var call = record with { Model = record.Model ?? refusal.Model };
        book.Note(call.Refused(refusal.Rule, answer.Status));
        return new Admission.Refused(answer, refusal, record.Id);
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
