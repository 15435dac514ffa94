namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is done where an agent is to have another token, and nothing else: each file as it stands, with the new one in it.</summary>
public static class TokenPlan
{
    /// <param name="there">With all files read in which a token may stand.</param>
    /// <returns>With a refusal where there is no place for it.</returns>
    public static AgentPlan Of(DesiredAgent desired, ObservedAgent there)
    {
        var files = (desired.Files ?? [])
            .Where(f => TokenText.IsMarked(f.Value))
            .Select(f => (f.Key, Text: there.Files.GetValueOrDefault(f.Key)?.Text))
            .Where(f => f.Text is not null)
            .Select(f => new FilePlan(f.Key, FileAct.Write, FileReason.Token, TokenText.Lined(f.Text!)))
            .Where(f => TokenText.IsMarked(f.Text!))
            .ToList();
        var plan = new AgentPlan(desired) { Absent = !there.IsThere };
        return files.Count > 0 ? plan with { Files = files, Token = TokenAct.New } : plan with { Refusal = NoPlace(desired) };
    }

    public static Fault NoPlace(DesiredAgent agent) =>
        Fault.Conflict(
            "no-token-line",
            $"no file of '{agent.Agent}' at {agent.Gateway} has a place for a token",
            $"creel provision --gateway {agent.Gateway} --agent {agent.Agent}"
        );
}
