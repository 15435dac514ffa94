using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;
using Creel.Core.Outbound;

namespace Creel.Server.Cells;

/// <summary>One rule more or less in a group's egress, asked for by a command.</summary>
internal static class EgressWish
{
    /// <summary>A group by its id, or by one of its agents'.</summary>
    /// <exception cref="CreelException">No habitat is up, or it has none of that name.</exception>
    public static AgentGroup Group(HabitatKeeper habitats, string name)
    {
        var model = habitats.Current ?? throw HabitatKeeper.NothingUp();
        return model.Groups.FirstOrDefault(g => g.Id.Value == name)
            ?? model.Groups.FirstOrDefault(g => g.Agents.Any(a => a.Value == name))
            ?? throw new CreelException(
                Fault.NotFound("group", $"the habitat that is up has no group and no agent of that name", "See them: creel ps.")
            );
    }

    /// <summary>The group whose egress is to change: by its id, or by the one agent that is alone in it.</summary>
    /// <exception cref="CreelException">There is none; or the agent named shares it, and others would be given the same.</exception>
    public static AgentGroup Own(HabitatKeeper habitats, string name)
    {
        var group = Group(habitats, name);
        if (group.Id.Value == name || group.Agents.Count == 1)
        {
            return group;
        }

        throw new CreelException(
            Fault.Conflict(
                "egress-shared",
                $"agent {name} shares the group {group.Id} with "
                    + $"{string.Join(", ", group.Agents.Where(a => a.Value != name))}, and its egress is that of the whole group",
                $"Name the group: {group.Id}; or give the agent a group of its own in the habitat file."
            )
        );
    }

    /// <exception cref="CreelException">It is there already, or not; or only a person can take it back.</exception>
    public static Wish Of(HabitatKeeper habitats, AgentGroup group, EgressRule rule, bool allow)
    {
        var text = rule.ToString();
        if (group.Egress.Contains(text) == allow)
        {
            throw new CreelException(
                allow
                    ? Fault.Conflict("egress-there", $"the egress of {group.Id} lists {text} already")
                    : Fault.NotFound(
                        "egress-rule",
                        $"the egress of {group.Id} does not list {text}",
                        $"See it: creel egress list {group.Id}"
                    )
            );
        }

        // On the agent, or where the habitat file says more of its egress.
        GroupId?[] places = group.Agents.Count > 1 ? [group.Id] : [null, group.Id];
        foreach (var place in places)
        {
            try
            {
                var wish = habitats.Change(new HabitatChange.Rule(group.Agents[0], place, text, allow), deleteWorkspaces: false);
                if (wish.Habitat!.Groups.First(g => g.Id == group.Id).Egress.Contains(text) == allow)
                {
                    return wish;
                }
            }
            catch (CreelException e) when (e.Fault.Code == "habitat" && place != places[^1])
            {
                // It is said in the other place.
            }
        }

        throw new CreelException(
            Fault.Refused(
                "egress-declared",
                $"the habitat file itself says {text} for {group.Id}, and only a person changes that",
                $"Take it out of {habitats.File}, and: creel up"
            )
        );
    }
}
