using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Core.Policy;

namespace Creel.Core.Isolation;

/// <summary>Finds for each group of a habitat the driver that gives what was asked for, or says why there is none: never a weaker one.</summary>
public static class CellDesigner
{
    /// <param name="fingerprints">In the order of preference.</param>
    public static CellDesigns Design(HabitatModel habitat, string instance, IReadOnlyList<DriverFingerprint> fingerprints)
    {
        var designs = new List<CellDesign>();
        var faults = new List<Fault>();
        foreach (var group in habitat.Groups)
        {
            var chosen = Choose(group, fingerprints, faults);
            if (chosen is null)
            {
                continue;
            }

            var network = group.Network;
            if (!chosen.Networks.Contains(network))
            {
                var offered = string.Join(", ", chosen.Networks.Select(n => n.ToString().ToLowerInvariant()));
                faults.Add(
                    Fault.Refused(
                        "network-unsupported",
                        $"cell {group.Id} asks for network {network.ToString().ToLowerInvariant()}, which {chosen.Driver} does not offer here",
                        $"Choose one of: {offered}; or another isolation level."
                    )
                );
            }

            var design = new CellDesign(
                CellId.Of(instance, habitat.Name, group.Id),
                group,
                chosen.Driver,
                network,
                [.. group.Agents.Select(id => habitat.Find(id)!)],
                group.Shared.Count == 0 ? habitat.SharedPaths : [.. habitat.SharedPaths, .. group.Shared],
                []
            )
            {
                Enforced = chosen.Limits,
                OwnUser = chosen.OwnUser,
                Upstreams = [.. habitat.Upstreams.Where(u => u.Dialect != Dialect.None)],
            };
            designs.Add(design with { Notes = [.. Notes(design, chosen, faults)] });
        }

        return new CellDesigns(designs, faults);
    }

    private static DriverFingerprint? Choose(AgentGroup group, IReadOnlyList<DriverFingerprint> fingerprints, List<Fault> faults)
    {
        var level = group.Level.ToString().ToLowerInvariant();
        var candidates = fingerprints
            .Where(f => group.Driver is null ? f.Level == group.Level : f.Driver == group.Driver)
            .ToList();
        var working = candidates.FirstOrDefault(f => f.Works);
        if (working is not null && working.Level == group.Level)
        {
            return working;
        }

        faults.Add(
            (candidates, working) switch
            {
                ([], _) when group.Driver is { } name => Fault.Refused(
                    "driver-unknown",
                    $"cell {group.Id} asks for the driver {name}, which this Creel does not have",
                    $"Remove 'driver', or choose one of: {string.Join(", ", NetworkSupport.Drivers)}."
                ),
                ([], _) => Fault.Refused(
                    "level-unavailable",
                    $"cell {group.Id} asks for isolation {level}, for which this Creel has no driver",
                    "Choose none, session or container."
                ),
                (_, not null) => Fault.Refused(
                    "driver-level",
                    $"cell {group.Id} asks for isolation {level}, but {working.Driver} gives {working.Level.ToString().ToLowerInvariant()}",
                    "Change one of the two."
                ),
                _ => Fault.Missing(
                    "driver-broken",
                    $"cell {group.Id} asks for isolation {level}, but {candidates[0].Driver} does not work here: {candidates[0].Sentence}",
                    candidates[0].Remedy
                ),
            }
        );
        return null;
    }

    private static IEnumerable<string> Notes(CellDesign design, DriverFingerprint driver, List<Fault> faults)
    {
        var group = design.Group;
        foreach (var note in driver.Notes)
        {
            yield return note;
        }

        if (group is { Network: NetworkMode.Host, Level: > IsolationLevel.None })
        {
            yield return "it has the host's network: what listens there can be reached, and other programs can use its relay";
        }

        if (group.Image is { } image)
        {
            yield return $"its image is {image}";
        }

        if (group.OciRuntime is { } runtime)
        {
            yield return $"it runs on the engine's runtime {runtime}";
        }

        if (group.Making.Command is not null)
        {
            yield return "its setupCommand runs in it before the first task";
        }

        (string Name, Limit? Limit, bool Enforced)[] limits =
        [
            ("memory", group.Limits.Memory, driver.Limits.Memory),
            ("cpu", group.Limits.Cpu, driver.Limits.Cpu),
            ("pids", group.Limits.Pids, driver.Limits.Pids),
        ];
        var open = limits.Where(l => l.Limit is not null && !l.Enforced).ToList();
        foreach (var (name, _, _) in open.Where(l => l.Limit!.Value.Written))
        {
            faults.Add(
                Fault.Refused(
                    "limit-unenforceable",
                    $"cell {group.Id} has a {name} limit, which {driver.Driver} can't enforce here",
                    "Remove the limit, or run Creel where it can make cgroups (as root, or with a delegated cgroup)."
                )
            );
        }

        // What may surprise: level none has said so already.
        if (Claims.Note(design.Claimed) is { } claims && group.Level != IsolationLevel.None)
        {
            yield return claims;
        }

        var defaults = open.Where(l => !l.Limit!.Value.Written).Select(l => l.Name).ToList();
        if (defaults.Count > 0)
        {
            yield return $"default limits that are not enforced here: {string.Join(", ", defaults)}";
        }
    }
}

/// <summary>The cells that a habitat needs. With any fault nothing is applied.</summary>
public sealed record CellDesigns(IReadOnlyList<CellDesign> Cells, IReadOnlyList<Fault> Faults);
