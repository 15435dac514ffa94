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
        var first = order.FirstWords is null
            ? "If there is a BOOTSTRAP.md, do it once."
            : "Then do once what stands at the end of this message: it is in no file, so there is none to delete.";
        return $"{PlainLine.Of(order.Name, 80)}, {why}. Read AGENTS.md, and begin as it says. {first}"
            + " Then check in: GET /whoami, as your files say (TOOLS.md, or AGENTS.md where there is none), with the token that stands there now. Answer in one sentence whether that went well."
            + again
            + (order.FirstWords is { } words ? $"\n\n{words}" : "");
    }
}
