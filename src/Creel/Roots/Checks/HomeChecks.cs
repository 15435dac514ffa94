using Creel.Adapters.Linux;
using Creel.Commands.Views;
using Creel.Terminal;

namespace Creel.Roots.Checks;

/// <summary>CREEL_HOME is ours alone, and its disk has room.</summary>
internal static class HomeChecks
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Below the first the database may soon stop; below the second it is time to look.</summary>
    private const long Little = 100L << 20;
    private const long Some = 1L << 30;

    public static IEnumerable<CheckView> Of(string home)
    {
        yield return Rights(home);
        yield return Room(home);
    }

    private static CheckView Rights(string home)
    {
        const string Name = "home";
        if (!Directory.Exists(home))
        {
            return CheckView.Fine(Name, $"{home} is not there yet: creel serve makes it");
        }

        if (new WritableFolders().OwnerOf(home) is var owner && owner != UnixUser.Current.Uid)
        {
            return new CheckView(
                Name,
                CheckState.Missing,
                $"{home} belongs to another user (uid {owner})",
                $"run this as its owner, or set CREEL_HOME to a folder of your own"
            );
        }

        if ((File.GetUnixFileMode(home) & Others) != 0)
        {
            return new CheckView(Name, CheckState.Failed, $"{home} is open to other users", $"chmod 700 {home}");
        }

        var token = Path.Combine(home, "admin.token");
        return File.Exists(token) && (File.GetUnixFileMode(token) & Others) != 0
            ? new CheckView(Name, CheckState.Failed, $"{token} is open to other users", $"chmod 600 {token}")
            : CheckView.Fine(Name, $"{home} is its owner's alone");
    }

    private static CheckView Room(string home)
    {
        const string Name = "disk";
        var folder = home;
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var said = $"{Words.Bytes(free)} are free for {home}";
        return free < Little ? new CheckView(Name, CheckState.Failed, said, $"make room: du -xh {folder} | sort -h | tail")
            : free < Some ? new CheckView(Name, CheckState.Warning, said, $"make room: du -xh {folder} | sort -h | tail")
            : CheckView.Fine(Name, said);
    }
}
