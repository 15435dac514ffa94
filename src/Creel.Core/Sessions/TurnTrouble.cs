namespace Creel.Core.Sessions;

/// <summary>Why a turn has no answer, as far as it is of use to who asked.</summary>
public enum TurnTrouble
{
    /// <summary>It has one, or somebody wanted none.</summary>
    None,

    /// <summary>It went wrong inside.</summary>
    Failed,

    /// <summary>No money is left for it.</summary>
    Budget,

    /// <summary>The model refuses this message; it is left out of the conversation.</summary>
    Refused,

    /// <summary>The model gave no answer, and may give one later.</summary>
    ModelAway,

    /// <summary>The agent can't be reached, or its cell ended.</summary>
    Away,

    /// <summary>Too many messages waited.</summary>
    Busy,

    /// <summary>It is too long.</summary>
    TooLarge,
}

public static class TurnTroubles
{
    /// <summary>What a brain says in its result's <c>stop</c> when it has no answer.</summary>
    public const string NoBudget = "no-budget";
    public const string Refused = "refused";
    public const string ModelAway = "model-away";

    /// <param name="stop">The result's word; null: it told none.</param>
    public static TurnTrouble Told(string? stop) =>
        stop switch
        {
            NoBudget => TurnTrouble.Budget,
            Refused => TurnTrouble.Refused,
            ModelAway => TurnTrouble.ModelAway,
            _ => TurnTrouble.Failed,
        };

    /// <summary>Why a turn was not even taken, or its task was not.</summary>
    public static TurnTrouble Of(Fault? fault) =>
        fault?.Kind switch
        {
            FaultKind.TooMany => TurnTrouble.Busy,
            FaultKind.TooLarge => TurnTrouble.TooLarge,
            FaultKind.Unavailable or FaultKind.NotFound => TurnTrouble.Away,
            _ => TurnTrouble.Failed,
        };
}
