namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Decides on one file. Those that are the agent's own are compared with what we wrote last: whoever changed it alone has it.</summary>
internal static class ThreeWay
{
    /// <param name="first">The agent was not yet brought to its end once: what stands there is its gateway's.</param>
    /// <param name="renews">The token in it is replaced whatever else stands there.</param>
    /// <returns>Null: there is nothing to do, and nothing to tell.</returns>
    public static FilePlan? Of(FileTurn turn, ProvisionAsks asks, bool first, bool renews)
    {
        var (act, reason) = Decide(turn, asks, first);
        if (renews && turn.IsMarked && act != FileAct.Write && turn.IsThere)
        {
            // The agent's own words stay, and get the token that holds where they have one.
            var text = turn.There == turn.Ours ? turn.Text : turn.Seen!.Text ?? "";
            if (TokenText.IsMarked(text))
            {
                return new FilePlan(turn.Name, FileAct.Write, FileReason.Token, text);
            }
        }

        return act switch
        {
            FileAct.Write => new FilePlan(turn.Name, FileAct.Write, reason, turn.Text),
            FileAct.Keep => new FilePlan(turn.Name, FileAct.Keep, reason),
            _ => null,
        };
    }

    private static (FileAct? Act, FileReason Reason) Decide(FileTurn turn, ProvisionAsks asks, bool first)
    {
        if (!turn.IsThere)
        {
            // Who has read the first instructions took them away.
            return turn.Name == FileRules.Bootstrap && (!first || turn.Record?.Written is not null) ? Bootstrapped(asks)
                : turn.Record?.Written is null ? (FileAct.Write, FileReason.New)
                : turn.IsUnlisted ? default((FileAct?, FileReason))
                : (FileAct.Write, FileReason.Gone);
        }

        var written = turn.Record?.Written;
        if (turn.There == turn.Ours)
        {
            return default;
        }

        if (turn.IsKept && !asks.HasFlag(ProvisionAsks.Overwrite))
        {
            return written is null ? (first ? (FileAct.Write, FileReason.Planted) : (FileAct.Keep, FileReason.WasThere))
                : turn.There == written ? (FileAct.Write, FileReason.Changed)
                : turn.Ours == written ? default((FileAct?, FileReason))
                : (FileAct.Keep, FileReason.BothChanged);
        }

        return (
            FileAct.Write,
            written is null ? (first ? FileReason.Planted : FileReason.Differs)
            : turn.There == written ? FileReason.Changed
            : turn.IsKept ? FileReason.Asked
            : FileReason.Restored
        );
    }

    private static (FileAct? Act, FileReason Reason) Bootstrapped(ProvisionAsks asks) =>
        asks.HasFlag(ProvisionAsks.Bootstrap) ? (FileAct.Write, FileReason.Asked) : default((FileAct?, FileReason));
}
