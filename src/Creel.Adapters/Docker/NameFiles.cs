using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>The <c>passwd</c> and <c>group</c> of a cell: git, ssh and many others refuse a uid without a name.</summary>
internal static class NameFiles
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static string Passwd(string folder) => Path.Combine(folder, "passwd");

    public static string Group(string folder) => Path.Combine(folder, "group");

    public static string Names(string folder) => Path.Combine(folder, "resolv.conf");

    public static void Write(CellSpec spec, CellUser user)
    {
        // In place: where a container sees them already, it sees the same.
        Write(
            Passwd(spec.Folder),
            $"root:x:0:0:root:/root:/bin/sh\nagent:x:{user.Uid}:{user.Gid}:agent:{CellHome.Path}:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"
        );
        Write(Names(spec.Folder), GeneratedEtc.OwnNames);
        Write(Group(spec.Folder), $"root:x:0:\nagent:x:{user.Gid}:\nnogroup:x:65534:\n");
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, Readable);
    }
}
