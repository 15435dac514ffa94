using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Doors;
using Creel.Proxy.Ledger;

namespace Creel.Proxy.Routes;

/// <summary>What a cell may call, and how often.</summary>
internal static class CallLimiter
{
    /// <summary>Hardly any text has longer tokens on average; a prompt is bounded by one token a byte.</summary>
    private const int BytesOfAToken = 8;

    /// <summary>Before anything is read. Where it passes, <see cref="Cell.End"/> must follow.</summary>
    public static CallRefusal? Begin(Cell cell)
    {
        var limits = cell.Orders.Limits;
        if (!cell.TryBegin())
        {
            return new CallRefusal(429, "too-many-at-once", $"this group has {cell.MostCalls} calls under way, its limit", 1);
        }

        if (limits.Requests is { } most && cell.Requests.TryAdd(1, most) is { } wait)
        {
            cell.End();
            return new CallRefusal(429, "too-many-requests", $"this group may make {most} calls a minute", wait);
        }

        return null;
    }

    /// <summary>Once the body is there.</summary>
    public static CallRefusal? Check(Cell cell, UpstreamModel upstream, CallPeek peek) =>
        AllowsModel(cell.Orders.Models, upstream.Name, peek.Model)
            ? null
            : CallRefusal.Policy(
                "model",
                $"this group may not use the model {CallRefusal.Shown(peek.Model ?? "none")} of {upstream.Name}; "
                    + "its list of models has no such entry"
            );

    /// <summary>Once it is known what the call may use. One that is refused is not counted.</summary>
    /// <param name="share">What it took; it is to be settled.</param>
    public static CallRefusal? Count(Cell cell, TokenBound bound, out TokenMinute.Share? share)
    {
        share = null;
        var tokens = bound.Input + bound.Output;
        if (cell.Orders.Limits.Tokens is not { } most || tokens == 0)
        {
            return null;
        }

        if (bound.Input / BytesOfAToken > most || most == 0)
        {
            return CallRefusal.Policy(
                "over-token-limit",
                $"this group may use {most} tokens a minute, and the prompt of this call alone may be {bound.Input}, "
                    + $"a token a byte: what is more than {BytesOfAToken} times the limit never goes. Send less"
            );
        }

        share = cell.Tokens.TryTake(tokens, most, out var wait);
        return share is null
            ? new CallRefusal(
                429,
                "too-many-tokens",
                $"this group may use {most} tokens a minute, of which {cell.Tokens.Counted} are used or reserved, "
                    + $"and this call may use up to {tokens}",
                wait
            )
            : null;
    }

    private static bool AllowsModel(IReadOnlyList<string> allowed, string upstream, string? model)
    {
        if (allowed.Count == 0 || model is null)
        {
            return allowed.Count == 0;
        }

        foreach (var entry in allowed)
        {
            var slash = entry.IndexOf('/');
            if (
                slash > 0
                && entry.AsSpan(0, slash).SequenceEqual(upstream)
                && (entry.AsSpan(slash + 1) is "*" || entry.AsSpan(slash + 1).SequenceEqual(model))
            )
            {
                return true;
            }
        }

        return false;
    }
}
