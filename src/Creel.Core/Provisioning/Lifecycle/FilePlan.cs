namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is done with one file of an agent, and why.</summary>
/// <param name="Text">To be written, with the mark where the token comes; null: nothing is written.</param>
/// <param name="Diff">From what stands there to what we have, as a person may see it; null: not asked for, or not read.</param>
public sealed record FilePlan(
    string Name,
    FileAct Act,
    FileReason Reason,
    string? Text = null,
    IReadOnlyList<string>? Diff = null
);

public enum FileAct
{
    Write,

    /// <summary>It comes with the message that wakes the agent.</summary>
    Tell,

    /// <summary>What stands there stays, though we have another text: told, and nothing is done.</summary>
    Keep,

    /// <summary>We wrote it, and have none any more.</summary>
    Delete,
}

public enum FileReason
{
    /// <summary>It is not there yet.</summary>
    New,

    /// <summary>What stands there is what its gateway put there, when it made the agent.</summary>
    Planted,

    /// <summary>Our text is another than the one that we wrote.</summary>
    Changed,

    /// <summary>Somebody there changed it.</summary>
    Restored,

    /// <summary>It was there, and is not any more.</summary>
    Gone,

    /// <summary>Another text stands there, and none of it is known to be ours.</summary>
    Differs,

    /// <summary>The token in it is replaced.</summary>
    Token,

    /// <summary>A person asked for it.</summary>
    Asked,

    /// <summary>The agent changed it, and we did.</summary>
    BothChanged,

    /// <summary>It was there before we were.</summary>
    WasThere,

    /// <summary>We have no such file any more.</summary>
    NotOurs,

    /// <summary>It comes with a message, and nobody is spoken to in this run.</summary>
    Unspoken,
}
