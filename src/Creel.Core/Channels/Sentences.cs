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
    public const string NotYourModel = "Several people share this conversation: only an owner gives it another model.";
    public const string NotYours = "Several people share this conversation: only an owner begins it anew.";
    public const string Refused =
        "My model refused that message, so I have left it out of our conversation. Please say it in other words, or in parts.";
    public const string ModelAway = "My model gives no answer at the moment; please try again in a while.";
    public const string Fresh = "A new conversation begins.";
    public const string Stopped = "Stopped.";
    public const string Idle = "Nothing is running.";

    /// <summary>What takes the place of an answer, or stands below one that broke off.</summary>
    /// <returns>Null where nothing is to be said.</returns>
    public static string? Of(TurnView view) =>
        view.State switch
        {
            TurnState.Ok or TurnState.Aborted or TurnState.Joined => null,
            TurnState.Timeout => Slow,
            _ => Of(view.Trouble),
        };

    /// <summary>Why a turn was not even taken.</summary>
    public static string Of(Fault fault) => Of(TurnTroubles.Of(fault));

    private static string Of(TurnTrouble trouble) =>
        trouble switch
        {
            TurnTrouble.Busy => Busy,
            TurnTrouble.TooLarge => TooLong,
            TurnTrouble.Away => Away,
            TurnTrouble.Budget => Broke,
            TurnTrouble.Refused => Refused,
            TurnTrouble.ModelAway => ModelAway,
            _ => Wrong,
        };
}
