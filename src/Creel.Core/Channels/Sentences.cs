using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>What somebody on a messenger reads when there is no answer: one sentence, and nothing of what is inside.</summary>
public static class Sentences
{
    public const string TooLong = "That message is too long for me; please send it in parts.";
    public const string Busy = "I have too many messages waiting; please try again in a while.";
    public const string Away = "I can't be reached at the moment; please try again later.";
    public const string Wrong = "Something went wrong with this one; whoever runs me can see what.";
    public const string Slow = "That took too long, and I had to stop.";
    public const string Broke = "My budget is used up for now.";
    public const string NotYours = "Several people share this conversation: only an owner begins it anew.";
    public const string Fresh = "A new conversation begins.";
    public const string Stopped = "Stopped.";
    public const string Idle = "Nothing is running.";

    private static readonly string[] AwayWords = ["away for too long", "cell ended", "expired", "not connected", "interrupted"];

    /// <summary>What takes the place of an answer, or stands below one that broke off.</summary>
    /// <returns>Null where nothing is to be said.</returns>
    public static string? Of(TurnView view) =>
        view.State switch
        {
            TurnState.Ok or TurnState.Aborted or TurnState.Joined => null,
            TurnState.Timeout => Slow,
            _ => OfError(view.Error),
        };

    /// <summary>Why a turn was not even taken.</summary>
    public static string Of(Fault fault) =>
        fault.Kind switch
        {
            FaultKind.TooMany => Busy,
            FaultKind.TooLarge => TooLong,
            FaultKind.Unavailable or FaultKind.NotFound => Away,
            _ => Wrong,
        };

    private static string OfError(string? error) =>
        error is null ? Wrong
        : error.Contains("budget", StringComparison.OrdinalIgnoreCase) ? Broke
        : AwayWords.Any(word => error.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Away
        : Wrong;
}
