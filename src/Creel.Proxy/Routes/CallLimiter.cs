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
            return new CallRefusal(429, "too-many-at-once", $"this group has {limits.Concurrent} calls under way, its limit", 1);
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

        return cell.Orders.Limits.Tokens is { } most && cell.Tokens.TryAdd(peek.Tokens, most) is { } wait
            ? new CallRefusal(
                429,
                "too-many-tokens",
                $"this group may ask for {most} tokens a minute, and this asks for {peek.Tokens}",
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
