namespace Creel.Core.Rendering.Contract;

/// <summary>What the older generators' output exposes, in sentences for whoever runs them.</summary>
public static class ContractExposure
{
    private static readonly string[] Closed = ["internal", "none"];

    public static IEnumerable<string> Of(
        ContractGenerator generator,
        ContractVariables variables,
        IReadOnlyList<ContractGroup> groups
    )
    {
        if (generator == ContractGenerator.Session)
        {
            yield return "these gateways listen on every address of this machine, and their tokens can be guessed: "
                + $"session-{groups[0].Name}";
            yield return "everybody on this machine can read the configurations with the tokens (mode 0644)";
            yield return "the units limit nothing: what the user may, each agent may; network, memory and cpu are not applied";
            yield break;
        }

        var open = groups.Where(g => !Closed.Contains(g.Network)).Select(g => $"{g.Name} ({g.Network})").ToList();
        if (open.Count > 0)
        {
            yield return $"these containers are not kept from the host's network: {string.Join(", ", open)}";
        }

        if (groups.Count(g => g.Network == "internal") > 1)
        {
            yield return "groups on the network 'internal' reach each other: it is one network";
        }

        yield return "the containers run as root with the default capabilities, and without a limit that is not written out";
        if (variables.SharedPaths.Length > 0)
        {
            yield return "shared paths are taken from beside the compose file, not from the host: .<path>";
        }
    }
}
