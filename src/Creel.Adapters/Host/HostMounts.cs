using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Host;

/// <summary>
/// Lets a cell with a uid of its own find its folders under their own paths, also below a folder that is closed to it, as
/// /root is: in front of that folder, for this cell alone, lies an empty one with nothing but the cell's paths in it.
/// What is hidden so, the cell's user could not have read anyway.
/// </summary>
internal static class HostMounts
{
    /// <returns>Lines of fstab(5); none where every way is open.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<Place> places, CellUser user)
    {
        var closed = places
            .Select(place => (Place: place, Top: Unreachable.Top(place.Path, user)))
            .Where(pair => pair.Top is not null)
            .ToList();
        if (closed.Count == 0)
        {
            return [];
        }

        return
        [
            .. places.Select(place => MountLine.Bind(place.Path, place.Reach)),
            .. closed.Select(pair => pair.Top!).Distinct().Select(MountLine.Cover),
            .. closed
                .Select(pair => pair.Place)
                .Where(place => place.IsFolder)
                .OrderBy(place => place.Path.Length)
                .Select(place => MountLine.BindMaking(place.Reach, place.Path)),
        ];
    }
}
