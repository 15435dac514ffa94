using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>
/// <c>creel-runtime --attempt</c>: a task like any other as far as the cell goes, which tries one attack after the other and says
/// of each in a line what came of it.
/// </summary>
internal static class AttemptProgram
{
    private const int LongestEvidence = 160;

    public static int Run(Stream input, Stream output)
    {
        if (JsonSerializer.Deserialize(input, LinkJson.Default.AttemptOrder) is not { Ids: not null } order)
        {
            return ExitCodes.Invalid;
        }

        foreach (var id in order.Ids)
        {
            var outcome = Try(id, order);
            var row = new AttemptRow(id, outcome.Held, Plain(outcome.Evidence), outcome.Broken);
            output.Write([.. JsonSerializer.SerializeToUtf8Bytes(row, LinkJson.Default.AttemptRow), (byte)'\n']);
            output.Flush();
        }

        return ExitCodes.Ok;
    }

    /// <summary>An attempt that breaks down has proven nothing.</summary>
    public static Outcome Try(string id, AttemptOrder order)
    {
        if (!AttemptTable.All.TryGetValue(id, out var attempt))
        {
            return Outcome.Broke("this runtime does not know the attempt");
        }

        try
        {
            return attempt(order);
        }
        catch (Exception e)
        {
            return Outcome.Broke($"it broke down: {e.GetType().Name}: {e.Message}");
        }
    }

    private static string Plain(string evidence)
    {
        var plain = string.Concat(evidence.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return plain.Length <= LongestEvidence ? plain : plain[..LongestEvidence] + "…";
    }
}
