namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>The differences of one plan, made only as far as a person reads them: whoever writes files at a gateway fills no memory with them.</summary>
/// <param name="secrets">What opens the gateway.</param>
/// <param name="isAlone">The plan is of one agent: of that all is shown that is shown of a file.</param>
internal sealed class ShownDiffs(string? gateway, IReadOnlyList<string> secrets, bool isAlone)
{
    /// <summary>UTF-16 code units of all of them.</summary>
    private const int Most = 256 * 1024;

    private int left = isAlone ? int.MaxValue : Most;

    /// <returns>Lines; of one for which there is no room, how it is seen.</returns>
    public IReadOnlyList<string> Of(AgentId agent, string from, string to)
    {
        if (left > 0)
        {
            var lines = LineDiff.Of(from, to, secrets);
            left -= lines.Sum(l => l.Length + 1);
            if (left > 0)
            {
                return lines;
            }
        }

        var where = gateway is null ? "" : $" --gateway {gateway}";
        return
        [
            $"(not shown: more differs than one plan shows; see it with creel provision --plan --diff{where} --agent {agent})",
        ];
    }
}
