namespace Creel.Core.Provisioning.Gateways;

/// <summary>What went over a line since it was made.</summary>
/// <param name="Connections">How often it was connected.</param>
/// <param name="Calls">With those that were made again.</param>
/// <param name="Changes">Those among them that change something there.</param>
public sealed record LineFigures(int Connections, int Calls, int Changes)
{
    public LineFigures Since(LineFigures before) =>
        new(Connections - before.Connections, Calls - before.Calls, Changes - before.Changes);

    /// <summary>Whether a method only looks.</summary>
    public static bool IsLook(string method) =>
        method is "health" or "status" or "agent.wait"
        || method.EndsWith(".get", StringComparison.Ordinal)
        || method.EndsWith(".list", StringComparison.Ordinal);
}
