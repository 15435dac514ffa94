using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>A plan as a person reads it: per gateway and agent what comes, what changes and what stays, with why.</summary>
internal static class ProvisionPlanText
{
    /// <summary>Why the server leaves a file, in its words, where <c>--overwrite</c> would write ours.</summary>
    public const string Changed = "the agent changed it, and so did we";

    /// <inheritdoc cref="Changed"/>
    public const string WasThere = "it was there before us";

    private const string Margin = "          ";

    /// <param name="columns">So wide may a line of a file be: what goes on below begins where it began, and looks like no line of ours.</param>
    public static IEnumerable<string> Lines(ProvisionPlanView plan, int columns = int.MaxValue)
    {
        var name = GatewayName.Of(plan.Gateway);
        if (plan.Error is { } error)
        {
            yield return $"{name}: can't be looked at: {error}";
            if (plan.Remedy is { } remedy)
            {
                yield return $"  → {remedy}";
            }

            yield break;
        }

        var agents = plan.Agents ?? [];
        var busy = agents.Count(a => a.Work);
        yield return plan.Work
            ? $"{name}: {Words.Count(busy, "agent", "agents")} of {agents.Count}"
                + (plan.Patches ? "; its configuration is written once" : "")
            : $"{name}: nothing to do ({Words.Count(agents.Count, "agent", "agents")})";
        foreach (var line in agents.SelectMany(a => Agent(a, columns)))
        {
            yield return line;
        }

        foreach (var leaving in plan.Leaving ?? [])
        {
            yield return leaving.Act switch
            {
                "removed" => $"  - {leaving.Agent} ({leaving.Id}): taken away, with its files and its conversation",
                "forgotten" =>
                    $"  . {leaving.Agent} ({leaving.Id}): forgotten here; it was there before us, and stays, with what we wrote there and a token that has ended",
                _ => $"  . {leaving.Agent} ({leaving.Id}): the habitat does not name it any more; --prune takes it away",
            };
        }

        foreach (var problem in plan.Problems ?? [])
        {
            yield return $"  ! {problem.Agent}: {problem.Error}";
            if (problem.Remedy is { } remedy)
            {
                yield return $"      → {remedy}";
            }
        }
    }

    private static IEnumerable<string> Agent(PlannedAgentView agent, int columns)
    {
        var kept = agent.Files?.Where(f => f.Act == "keep").ToList() ?? [];
        if (!agent.Work && kept.Count == 0)
        {
            if (agent.Absent)
            {
                yield return $"  . {agent.Agent} ({agent.Id}): it is not there";
            }

            yield break;
        }

        if (agent.Error is { } error)
        {
            yield return $"  ! {agent.Agent}: {error}{(agent.Remedy is { } remedy ? $"\n      → {remedy}" : "")}";
            yield break;
        }

        var sign =
            agent.Creates ? '+'
            : agent.Work ? '~'
            : '.';
        var done = new[]
        {
            agent.Creates ? "made" : null,
            agent.Changes is { Count: > 0 } changes ? string.Join(", ", changes) : null,
            agent.Session is { } session ? $"conversation {session}" : null,
            agent.Token switch
            {
                "new" => "a new token",
                "handed-over" => "older tokens end",
                _ => null,
            },
            agent.Wake is not null ? "woken" : null,
        };
        var said = string.Join("; ", done.OfType<string>());
        yield return $"  {sign} {agent.Agent} ({agent.Id}): {(said.Length == 0 ? "as it should be" : said)}";
        foreach (var file in agent.Files ?? [])
        {
            var mark = file.Act switch
            {
                "write" => '+',
                "delete" => '-',
                "tell" => '>',
                _ => '=',
            };
            yield return $"      {mark} {file.Name, -14} {Why(file)}";
            foreach (
                var line in (file.Diff ?? []).SelectMany(l => ColumnWidths.Cut(VisibleLine.Of(l), columns - Margin.Length - 1))
            )
            {
                yield return Margin + line;
            }
        }
    }

    /// <summary>What another wrote stays, unless somebody means to write over it.</summary>
    private static string Why(PlannedFileView file) =>
        file.Act != "keep" ? file.Why
        : file.Why is Changed or WasThere ? $"kept: {file.Why} (--overwrite writes ours)"
        : $"kept: {file.Why}";
}
