namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What an agent is told when it is woken.</summary>
public static class WakeText
{
    /// <param name="number">Which message of this generation it is, from 1.</param>
    public static string Of(WakeOrder order, int number)
    {
        var why = order.Reason switch
        {
            WakeReason.Provisioned => "you have just been set up here by Creel",
            WakeReason.Updated => "Creel has brought the files of your workspace up to date",
            WakeReason.Nudged => "somebody at Creel asks for a sign of you",
            _ => throw new ArgumentOutOfRangeException(nameof(order), order.Reason, null),
        };
        var again =
            number > 1
                ? $" (This is message {number} of at most {CheckIns.MostWakes}: nothing was heard of you since the last.)"
                : "";
        return $"{PlainLine.Of(order.Name, 80)}, {why}. Read AGENTS.md, and begin as it says. If there is a BOOTSTRAP.md, do it once."
            + " Then check in: GET /whoami, as TOOLS.md says, with what stands there now. Answer in one sentence whether that went well."
            + again;
    }
}
