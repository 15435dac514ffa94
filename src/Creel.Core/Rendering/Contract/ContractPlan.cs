namespace Creel.Core.Rendering.Contract;

/// <summary>
/// Which groups the older generators write, as the document of their interfaces and their recorded runs say. Where they wrote
/// broken files, or files outside of their folder, this refuses instead: before anything is written.
/// </summary>
public static class ContractPlan
{
    private const int FirstPort = 18790;

    /// <exception cref="CreelException">
    /// AGENT_COUNT is missing, or the input is one that the older generators turned into broken or misplaced files.
    /// </exception>
    public static ContractOutcome Of(ContractGenerator generator, ContractVariables variables)
    {
        if (variables.Count is null)
        {
            throw new CreelException(Fault.Invalid("agent-count", "AGENT_COUNT is required"));
        }

        var (mode, product) =
            generator == ContractGenerator.Session ? ("session", "session services") : ("container", "docker-compose");
        if (variables.Isolation != mode)
        {
            return new ContractOutcome.Nothing($"Isolation mode is '{variables.Isolation}' — no {product} needed.");
        }

        if (variables.Groups.Length == 0)
        {
            return new ContractOutcome.Nothing($"No isolation groups defined — no {product} needed.");
        }

        ContractRefusals.Check(generator, variables);
        var groups = new List<ContractGroup>();
        foreach (var name in ContractVariables.Elements(variables.Groups))
        {
            var members = variables.Agents.Where(agent => agent.Group == name).ToList();
            if (members.Any(member => member.Isolation.Length == 0 || member.Isolation == mode))
            {
                groups.Add(Group(name, FirstPort + groups.Count, members));
            }
        }

        return groups.Count == 0
            ? new ContractOutcome.Nothing($"No {mode}-mode groups found — no {product} needed.")
            : new ContractOutcome.Write(groups);
    }

    private static ContractGroup Group(string name, int port, IReadOnlyList<ContractAgent> members)
    {
        string First(Func<ContractAgent, string> value) => members.Select(value).FirstOrDefault(v => v.Length > 0) ?? "";
        var network = First(m => m.Network);
        return new ContractGroup(
            name,
            port,
            members,
            network.Length > 0 ? network : "host",
            First(m => m.Memory),
            First(m => m.Cpu)
        );
    }
}
