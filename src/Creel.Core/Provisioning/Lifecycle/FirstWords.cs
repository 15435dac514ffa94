using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>
/// The first instructions at a gateway that takes their file away before the agent's first turn, as the newer one does with every workspace
/// whose profile is filled in: they come with the message that wakes the agent.
/// </summary>
public static class FirstWords
{
    private const string TokenPlace = "(as it stands in your files)";

    public static bool AreTold(DesiredAgent agent, RosterShape shape) =>
        agent.Gateway is not null && shape == RosterShape.Entries;

    /// <param name="text">Of the file; empty: there are none.</param>
    /// <param name="first">The agent was not yet brought to its end once.</param>
    /// <returns>Null: it was told, or is nothing to tell.</returns>
    internal static FilePlan? Of(string? text, FileRecord? record, ProvisionAsks asks, bool first, ProvisionOptions options)
    {
        var asked = asks.HasFlag(ProvisionAsks.Bootstrap);
        if (string.IsNullOrEmpty(text) || !(asked || (first && record?.Written is null)))
        {
            return null;
        }

        return options.Quiet
            ? new FilePlan(FileRules.Bootstrap, FileAct.Keep, FileReason.Unspoken)
            : new FilePlan(FileRules.Bootstrap, FileAct.Tell, asked ? FileReason.Asked : FileReason.New, text);
    }

    /// <summary>As the message says them: no token is in a message.</summary>
    public static string Message(string text) => TokenText.Fill(text, TokenPlace);
}
