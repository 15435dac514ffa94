using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Core.Rendering;

/// <summary>What files are made for a habitat.</summary>
/// <param name="Notes">What a reader would not expect, in sentences.</param>
public sealed record RenderDesign(
    HabitatModel Habitat,
    IReadOnlyList<RenderedGroup> Groups,
    PortTable Ports,
    IReadOnlyList<string> Notes
)
{
    /// <summary>Below this the gateway does not start.</summary>
    private const double LeastMemory = 768d * 1024 * 1024;

    /// <summary>What a gateway gets when nobody says anything.</summary>
    private static readonly Limit UsualMemory = new(1024d * 1024 * 1024, false);

    /// <summary>Decides what is made, or tells all that is in the way of it.</summary>
    /// <param name="before">The ports that were given before.</param>
    /// <param name="isFree">Nothing listens on the port.</param>
    /// <exception cref="CreelException">A group asks for what the files can't give; never is it given less.</exception>
    public static RenderDesign Of(HabitatModel habitat, RenderOptions options, PortTable before, Func<int, bool> isFree)
    {
        var notes = new List<string>();
        var faults = new List<string>();
        var chosen = new List<(AgentGroup Group, RenderTarget Target, NetworkMode Network)>();
        foreach (var group in habitat.Groups)
        {
            if (Target(group, options.Target, notes) is { } target)
            {
                var network = group.Network == NetworkMode.Proxy ? options.InsteadOfProxy : group.Network;
                Check(group, target, network, options, habitat, faults);
                Note(group, network, notes);
                chosen.Add((group, target, network));
            }
        }

        if (faults.Count > 0)
        {
            throw new CreelException(Fault.Refused("render", string.Join("; ", faults)));
        }

        var ports = before.For(chosen.Select(c => c.Group.Id.Value), isFree);
        var groups = chosen.Select(c => new RenderedGroup(
            c.Group.Id,
            c.Target,
            ports.Used[c.Group.Id.Value],
            c.Network,
            Limits(c.Group, notes),
            [.. c.Group.Agents.Select(id => habitat.Find(id)!)]
        ));
        return new RenderDesign(habitat, [.. groups], ports, notes);
    }

    private static RenderTarget? Target(AgentGroup group, RenderTarget? wanted, List<string> notes)
    {
        RenderTarget? target = group.Level switch
        {
            IsolationLevel.Session => wanted ?? RenderTarget.Systemd,
            IsolationLevel.Container when wanted != RenderTarget.Systemd => RenderTarget.Compose,
            _ => null,
        };
        if (target is null)
        {
            notes.Add(
                group.Level switch
                {
                    IsolationLevel.None => $"group {group.Id} asks for isolation none, so there is nothing to write for it",
                    IsolationLevel.Container => $"group {group.Id} asks for isolation container, which a unit does not give: "
                        + "it is left out; without --target it gets a service",
                    _ => $"group {group.Id} asks for isolation vm, for which no files are made: it is left out",
                }
            );
        }

        return target;
    }

    private static void Check(
        AgentGroup group,
        RenderTarget target,
        NetworkMode network,
        RenderOptions options,
        HabitatModel habitat,
        List<string> faults
    )
    {
        if (target == RenderTarget.Systemd && network == NetworkMode.Bridge)
        {
            faults.Add(
                $"group {group.Id} would have network bridge, which a unit alone does not give: choose internal, none or host, "
                    + "or isolation container"
            );
        }

        if (group.Egress.Count > 0)
        {
            faults.Add($"group {group.Id} lists 'egress', which only creel serve's proxy enforces: take it out, or use creel up");
        }

        if (group.Budgets.Count > 0)
        {
            faults.Add($"group {group.Id} has a budget, which only creel serve's proxy enforces: take it out, or use creel up");
        }

        foreach (var agent in group.Agents.Select(id => habitat.Find(id)!))
        {
            if (agent.Workspace is { } workspace && target == RenderTarget.Systemd && options.User is null)
            {
                faults.Add(
                    $"agent {agent.Id} has the workspace {workspace}, whose files need an owner that stays: name the user of the "
                        + "units with --user"
                );
            }
        }
    }

    private static void Note(AgentGroup group, NetworkMode network, List<string> notes)
    {
        if (group.Network == NetworkMode.Proxy)
        {
            notes.Add(
                $"group {group.Id} asks for network proxy, and files alone bring none: it gets network "
                    + $"{NetworkSupport.Word(network)}"
                    + (network == NetworkMode.Internal ? ", which has no way out; to choose another: --network" : "")
            );
        }

        if (network == NetworkMode.Host)
        {
            notes.Add($"group {group.Id} shares the host's network: it reaches whatever the host reaches");
        }

        if (network == NetworkMode.None)
        {
            notes.Add($"group {group.Id} has no port on this machine: reach its gateway from inside");
        }

        if (group.Making is { Command: not null } or { Variables.Count: > 0 })
        {
            notes.Add(
                $"group {group.Id} has docker.env or docker.setupCommand, which hold for Creel's cells: nothing of it is in these files"
            );
        }

        if (group.Driver is not null)
        {
            notes.Add($"group {group.Id} names the driver {group.Driver}, which only creel up looks at");
        }
    }

    private static ResourceLimits Limits(AgentGroup group, List<string> notes)
    {
        var memory = group.Limits.Memory is { Written: true } written ? written : UsualMemory;
        if (memory.Value < LeastMemory)
        {
            notes.Add($"group {group.Id} has {LimitText.Of("memory", memory)} of memory: OpenClaw needs 768m to start");
        }

        return group.Limits with
        {
            Memory = memory,
        };
    }
}
