namespace Creel.Runtime.Journals;

/// <summary>What the journal remembers of a task.</summary>
internal enum JournalKnowledge
{
    Nothing,
    Running,
    Finished,

    /// <summary>Ended and acknowledged, not long ago.</summary>
    Forgotten,
}
