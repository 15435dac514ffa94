using System.Text;

namespace Creel.Core.Rendering.Contract;

/// <summary>
/// What the older generators took and should not have: H1, H5 and H6 of docs/generators.md. What only YAML trips over (H2) the
/// writer of YAML refuses.
/// </summary>
internal static class ContractRefusals
{
    private const int LongestGroup = 200;

    public static void Check(ContractGenerator generator, ContractVariables variables)
    {
        var groups = ContractVariables.Elements(variables.Groups);
        foreach (var group in groups)
        {
            CheckGroup(group, variables.Agents);
        }

        var twice = groups.Where(g => g.Length > 0).GroupBy(g => g).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw Refusal(
                "group-twice",
                $"ISOLATION_GROUPS names {Slug.Quote(twice.Key)} twice: it would get two ports and one file",
                "Name each group once"
            );
        }

        if (!IsUser(variables.User))
        {
            throw Refusal("user", $"USERNAME is {Slug.Quote(variables.User)}, which is no user's name", "Set it to a login name");
        }

        if (generator == ContractGenerator.Session)
        {
            CheckTexts(variables.Agents.Where(agent => groups.Contains(agent.Group)));
        }
    }

    private static void CheckGroup(string group, IReadOnlyList<ContractAgent> agents)
    {
        if (group.Length == 0)
        {
            // An empty element is nobody's, unless agents without a group are there to fall into it.
            if (agents.FirstOrDefault(agent => agent.Group.Length == 0) is { } stray)
            {
                throw Refusal(
                    "group-name",
                    $"ISOLATION_GROUPS has an empty element, and the agent {Slug.Quote(stray.Name)} has no group",
                    "Remove the comma, or give the agent a group"
                );
            }
        }
        else if (group != group.Trim())
        {
            throw Refusal(
                "group-name",
                $"ISOLATION_GROUPS has a space around {Slug.Quote(group.Trim())}",
                "Write the groups with commas alone between them, as in: a,b"
            );
        }
        else if (!IsGroup(group))
        {
            throw Refusal(
                "group-name",
                $"{Slug.Quote(group)} can't be a group: its name becomes that of a folder and of a unit",
                "Use letters, digits and '-'"
            );
        }
    }

    private static void CheckTexts(IEnumerable<ContractAgent> agents)
    {
        foreach (var agent in agents)
        {
            foreach (var (what, text) in new[] { ("NAME", agent.Name), ("MODEL", agent.Model) })
            {
                if (text.Any(c => c is '"' or '\\' || char.IsControl(c)))
                {
                    throw Refusal(
                        "text",
                        $"AGENT{agent.Number}_{what} is {Slug.Quote(text)}: a quote, a backslash or a control character in it "
                            + "broke the older session configuration",
                        "Take it out, or set CREEL_PROFILE=hardened, which writes any text"
                    );
                }
            }
        }
    }

    /// <summary>Letters and digits of any script, '-', '_' and '.'; nothing that a path, a shell or a unit reads otherwise.</summary>
    private static bool IsGroup(string group) =>
        group[0] != '.'
        && Encoding.UTF8.GetByteCount(group) <= LongestGroup
        && group.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.');

    private static bool IsUser(string user) =>
        user.Length is > 0 and <= 64
        && user[0] is not ('-' or '.')
        && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static CreelException Refusal(string code, string message, string remedy) =>
        new(Fault.Invalid(code, message, remedy));
}
