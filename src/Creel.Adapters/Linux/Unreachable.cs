using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Where the way to a path is closed to a user.</summary>
internal static class Unreachable
{
    private const uint Enter = 1;

    /// <summary>The first folder above the path that the user may not pass; null where the way is open.</summary>
    public static string? Top(string path, CellUser user)
    {
        var way = new Stack<string>();
        for (var at = Path.GetDirectoryName(path); at is not null; at = Path.GetDirectoryName(at))
        {
            way.Push(at);
        }

        return way.FirstOrDefault(folder => FileFacts.Of(folder)?.Allows((uint)user.Uid, (uint)user.Gid, Enter) != true);
    }
}
