using Creel.Core.Outbound;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Routes;

/// <summary>What a cell may call, and how often.</summary>
internal static class CallLimiter
{
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
    public static CallRefusal? Check(Cell cell, UpstreamModel upstream, CallPeek peek)
    {
        if (!AllowsModel(cell.Orders.Models, upstream.Name, peek.Model))
        {
            return new CallRefusal(403, "model", "this group may not use that model; its list has no such entry");
        }

        return null;
    }

    /// <summary>Once it is known what the call may use. One that is refused is not counted.</summary>
    /// <param name="tokens">The most, of the prompt and of all answers.</param>
    public static CallRefusal? Count(Cell cell, long tokens)
    {
        if (cell.Orders.Limits.Tokens is not { } most)
        {
            return null;
        }

        if (tokens > most)
        {
            return new CallRefusal(
                403,
                "over-token-limit",
                $"this call may use {tokens} tokens, and this group may use {most} a minute: ask for a shorter answer, or send less"
            );
        }

        return cell.Tokens.TryAdd(tokens, most) is { } wait
            ? new CallRefusal(
                429,
                "too-many-tokens",
                $"this group may use {most} tokens a minute, and this call may use {tokens}",
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
