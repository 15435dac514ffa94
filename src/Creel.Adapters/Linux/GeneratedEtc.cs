using System.Text;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>
/// The <c>/etc</c> of a cell: one user, no names of the host. What programs need of the host's own (certificates, the
/// linker's cache) is bound over empty places in it, one by one.
/// </summary>
internal static class GeneratedEtc
{
    /// <summary>Whom the user is in a cell that maps it to what it likes.</summary>
    public static CellUser Agent { get; } = new(1000, 1000);

    /// <summary>The <c>resolv.conf</c> of a cell whose runtime answers for names.</summary>
    public const string OwnNames = "nameserver 127.0.0.1\n";

    private const UnixFileMode Folder =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] HostFolders =
    [
        "alternatives",
        "ssl/certs",
        "ca-certificates",
        "pki/tls/certs",
        "pki/ca-trust",
    ];
    private static readonly string[] HostFiles =
    [
        "ca-certificates.conf",
        "ld.so.cache",
        "ssl/openssl.cnf",
        "mime.types",
        "services",
        "protocols",
    ];

    /// <summary>Writes it anew and returns its path.</summary>
    /// <param name="folder">Where <c>etc</c> is made.</param>
    /// <param name="user">As the cell's user is seen in the cell.</param>
    /// <param name="ownNames">The cell answers for names itself.</param>
    public static string Write(string folder, GroupId group, CellUser user, bool ownNames = false)
    {
        var etc = Path.Combine(folder, "etc");
        if (Directory.Exists(etc))
        {
            Directory.Delete(etc, recursive: true);
        }

        MakeFolder(etc);
        var host = group.Value;
        WriteFile(
            etc,
            "passwd",
            $"agent:x:{user.Uid}:{user.Gid}:agent:{CellHome.Path}:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
        );
        WriteFile(etc, "group", $"agent:x:{user.Gid}:\nnogroup:x:65534:\n");
        WriteFile(etc, "hosts", $"127.0.0.1 localhost {host}\n::1 localhost\n");
        WriteFile(etc, "hostname", host + "\n");
        WriteFile(
            etc,
            "nsswitch.conf",
            "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n"
        );
        WriteFile(etc, "resolv.conf", ownNames ? OwnNames : "");
        foreach (var (name, isFolder) in FromHost())
        {
            if (isFolder)
            {
                MakeFolder(Path.Combine(etc, name));
            }
            else
            {
                WriteFile(etc, name, "");
            }
        }

        // Where it is a link, as it mostly is, it leads into /usr, which the cell has.
        if (File.ResolveLinkTarget("/etc/localtime", returnFinalTarget: false) is { } zone)
        {
            File.CreateSymbolicLink(Path.Combine(etc, "localtime"), zone.FullName);
        }

        return etc;
    }

    /// <summary>Names under <c>/etc</c> that are bound from the host, where it has them.</summary>
    public static IEnumerable<(string Name, bool IsFolder)> FromHost() =>
        [
            .. HostFolders.Where(name => Directory.Exists("/etc/" + name)).Select(name => (name, true)),
            .. HostFiles.Where(name => File.Exists("/etc/" + name)).Select(name => (name, false)),
        ];

    private static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path);
        for (var at = path; Path.GetFileName(at) != "etc"; at = Path.GetDirectoryName(at)!)
        {
            File.SetUnixFileMode(at, Folder);
        }

        File.SetUnixFileMode(path, Folder);
    }

    private static void WriteFile(string etc, string name, string text)
    {
        var path = Path.Combine(etc, name);
        MakeFolder(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        File.SetUnixFileMode(path, Readable);
    }
}
