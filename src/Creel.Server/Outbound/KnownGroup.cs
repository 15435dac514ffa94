using Creel.Core;
using Creel.Core.Outbound;

namespace Creel.Server.Outbound;

/// <summary>A group that was asked about: an answer without a line must not look as if it had been quiet, where there is none.</summary>
internal static class KnownGroup
{
    /// <param name="find">A group by its id or one of its agents'. Throws where there is none.</param>
    /// <exception cref="CreelException">There is none of this id.</exception>
    public static void Require(GroupId group, Func<string, OutboundGroup> find)
    {
        if (find(group.Value) is { Group: var other } && other != group)
        {
            throw new CreelException(
                Fault.NotFound("group", $"{group} is an agent of the group {other}, and no group", $"Name the group: {other}")
            );
        }
    }
}
