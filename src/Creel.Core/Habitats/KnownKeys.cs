using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Shapes;

namespace Creel.Core.Habitats;

/// <summary>
/// The keys that mean something at each place; others are told, since a key that nobody reads is a promise that nobody keeps.
/// </summary>
internal static class KnownKeys
{
    /// <summary>
    /// Keys whose loss would make a cell weaker than was asked: written wrongly or in the wrong place, they are errors.
    /// </summary>
    private static readonly string[] Guarded =
    [
        "isolation",
        "isolationGroup",
        "network",
        "driver",
        "image",
        "ociRuntime",
        "egress",
        "budget",
        "resources",
    ];

    public static readonly string[] Top =
    [
        "name",
        "isolation",
        "network",
        "agents",
        "groups",
        "sharedPaths",
        "tools",
        "upstreams",
        "budget",
        "intercept",
        "proxy",
        "offline",
        "prices",
        "bounds",
        "unpriced",
        "maxTokens",
        "compatibility",
        "boards",
        "users",
        "gateways",
        "templates",
    ];

    public static readonly string[] Group =
    [
        "isolation",
        "driver",
        "image",
        "ociRuntime",
        "network",
        "resources",
        "egress",
        "budget",
        "models",
        "limits",
        "maxTokens",
    ];

    public static readonly string[] Agent =
    [
        "id",
        "name",
        "number",
        "default",
        "isolation",
        "isolationGroup",
        "driver",
        "image",
        "ociRuntime",
        "network",
        "egress",
        "budget",
        "resources",
        "model",
        "brain",
        "workspace",
        "tasks",
        "models",
        "limits",
        "maxTokens",
        "provision",
    ];

    public static readonly string[] Defaults = ["model", "brain", "workspace", "resources", "tasks"];

    /// <summary>Keys of an OpenClaw agent that are not Creel's own.</summary>
    public static readonly string[] OpenClawAgent = [.. ShapeBook.Keys("agent").Append("embeddedPi").Except(Agent)];

    /// <summary>Keys of OpenClaw's <c>agents.defaults</c> that are not Creel's own.</summary>
    public static readonly string[] OpenClawDefaults = [.. ShapeBook.Keys("agentDefaults").Except(Defaults)];

    /// <summary>Tells the keys of an object that are in neither list.</summary>
    /// <param name="where">For the message: "an agent", "a group", …</param>
    /// <param name="elsewhere">What to say of a guarded key that belongs somewhere else.</param>
    public static void Check(Json5Object node, string where, string[] ours, string[] passed, string elsewhere, Findings findings)
    {
        foreach (var member in node.Members.Where(m => !ours.Contains(m.Key) && !passed.Contains(m.Key)))
        {
            var close = Spelling.Closest(member.Key, ours.Concat(passed));
            if (Guarded.Contains(member.Key))
            {
                findings.Error(member.KeyAt, $"is no key of {where}: {elsewhere}");
            }
            else if (close is not null && Guarded.Contains(close))
            {
                findings.Error(member.KeyAt, $"{Slug.Quote(member.Key)} is no key of {where}; did you mean '{close}'?");
            }
            else
            {
                var hint = close is null ? "" : $"; did you mean '{close}'?";
                findings.UnknownKey(member, node, $"{Slug.Quote(member.Key)} is no key of {where}{hint}");
            }
        }
    }

    /// <summary>At the top are Creel's keys and OpenClaw's.</summary>
    public static void CheckTop(Json5Object root, Findings findings)
    {
        foreach (var member in root.Members.Where(m => !Top.Contains(m.Key) && !SectionCheck.Top.Contains(m.Key)))
        {
            var close = Spelling.Closest(member.Key, Top.Concat(SectionCheck.Top));
            if (Guarded.Contains(member.Key))
            {
                findings.Error(
                    member.KeyAt,
                    "is no key of the top level: write it under agents.list, groups, or (resources) agents.defaults"
                );
            }
            else if (close is not null && Guarded.Contains(close))
            {
                findings.Error(member.KeyAt, $"{Slug.Quote(member.Key)} is no key of the top level; did you mean '{close}'?");
            }
            else
            {
                var hint = close is null ? "" : $"; did you mean '{close}'?";
                findings.UnknownKey(member, root, $"{Slug.Quote(member.Key)} is no key of the top level{hint}");
            }
        }
    }
}
