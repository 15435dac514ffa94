namespace Creel.Core.Budgets;

/// <summary>How a call's charge came about, for a person.</summary>
public static class CallExplanation
{
    public static IReadOnlyList<string> Lines(CallRecord call)
    {
        var lines = new List<string>
        {
            $"call {call.Id} at {call.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {call.Upstream} {call.Endpoint}, "
                + $"model {call.Model ?? "none"}, group {call.Group}{(call.Agent is null ? "" : $", agent {call.Agent}")}",
            $"outcome: {Words(call)}",
        };
        if (call.Outcome == CallOutcome.Refused)
        {
            if (call.Why is { } why)
            {
                lines.Add($"it was told: {why}");
            }

            if (!call.Reserved.IsZero)
            {
                lines.Add($"it could have cost up to {call.Reserved}: {Bound(call)}");
            }

            return lines;
        }

        lines.Add(
            call.Reserved.IsZero && call.Prices is null
                ? "reserved nothing: such a call is free, or its model has no price and is on a machine of one's own"
                : $"reserved {call.Reserved}: {Bound(call)}"
        );
        lines.AddRange((call.Purses ?? []).Select(purse => $"  put aside in the budget of {purse}: {call.Reserved}"));
        lines.AddRange((call.Added ?? []).Select(field => $"  the proxy put in: {field}"));
        if (call.Tier is { } tier)
        {
            lines.Add($"by the rates for a {tier} prompt, all of it");
        }

        lines.AddRange(call.Charges.Select(c => $"  {c.Tokens} {c.Kind} tokens × {c.PerMillion}/MTok = {c.Amount}"));
        if (call.Basis == ChargeBasis.Usage && !call.Extra.IsZero)
        {
            lines.Add($"  features without a bound = {call.Extra}");
        }

        lines.Add(
            call.Basis switch
            {
                ChargeBasis.Usage => $"charged {call.Settled}, as the provider counted",
                ChargeBasis.Reservation => $"charged {call.Settled}, all that was reserved: the provider's count never came",
                _ => $"charged {call.Settled}",
            }
        );
        if (call.Settled > call.Reserved)
        {
            lines.Add("that is more than was reserved: the provider counted more than the call's bound");
        }

        return lines;
    }

    private static string Bound(CallRecord call) =>
        $"at most {call.InputBound} input and {call.OutputBound} output tokens"
        + (call.Extra.IsZero ? "" : $", and {call.Extra} for features without a bound")
        + (call.Prices is null ? "" : $", by price list {call.Prices}");

    private static string Words(CallRecord call)
    {
        var words = call.Outcome switch
        {
            CallOutcome.Completed => "completed",
            CallOutcome.Aborted => "the client went away",
            CallOutcome.Failed => "the upstream failed",
            CallOutcome.TimedOut => "nothing moved for too long",
            CallOutcome.NotSent => "nothing was sent",
            _ => $"refused by rule {call.Rule}",
        };
        return call.Status is { } status ? $"{words}, status {status}" : words;
    }
}
