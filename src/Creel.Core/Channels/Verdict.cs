using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>What is to become of a message.</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>Nothing: nobody is told but the operator.</summary>
    /// <param name="Ordinary">It was not meant for us, and there is nothing to see in it.</param>
    public sealed record Dropped(string Reason, Fault? Why = null, bool Ordinary = false) : Verdict
    {
        /// <summary>What was said in a room that the agent is in, by somebody whom it would have heard; null: nothing of the kind.</summary>
        public string? Overheard { get; init; }

        /// <summary>Who said that.</summary>
        public TurnOrigin? By { get; init; }
    }

    /// <summary>A stranger, who may ask to be let in.</summary>
    public sealed record Stranger : Verdict;

    /// <param name="Turns">One for each agent that gets it.</param>
    /// <param name="Called">In a room where it wants to be called, and was.</param>
    public sealed record Taken(IReadOnlyList<InboundTurn> Turns, bool Called = false) : Verdict;
}
