using System.Text;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>
/// What a cell's programs trust, where the proxy answers for its upstreams: files in a folder of their own, and the list that most
/// programs read by themselves.
/// </summary>
internal static class CellTrust
{
    /// <summary>Where Debian and what comes of it keep the authorities in one file, and programs look for them unasked.</summary>
    public const string SystemBundle = "/etc/ssl/certs/ca-certificates.crt";

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Passable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Whether this cell's way out is by its proxy alone, is intercepted, and can be made so from here.</summary>
    public static bool Wanted(CellSpec spec) =>
        spec is { AuthorityFile: not null, ProxyFolder: not null, Network: NetworkMode.Proxy, OciRuntime: null }
        && OwnAddresses.MayBeTaken;

    /// <summary>Writes the folder anew and returns its path.</summary>
    /// <exception cref="CreelException">The authority can't be read.</exception>
    public static string Write(CellSpec spec)
    {
        var folder = Folder(spec);
        try
        {
            var authority = File.ReadAllText(spec.AuthorityFile!);
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, Passable);
            Write(Path.Combine(folder, CellPaths.TrustAuthority), authority);
            var system = File.Exists(SystemBundle) ? File.ReadAllText(SystemBundle).TrimEnd() + "\n" : "";
            Write(Bundle(spec), system + authority);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "cell-trust",
                    $"cell {spec.Id} can't be given the proxy's certificate: {e.Message.TrimEnd('.')}",
                    "See whether the proxy runs, and whether the disk is full"
                ),
                e
            );
        }
    }

    /// <summary>Where it is written.</summary>
    public static string Folder(CellSpec spec) => Path.Combine(spec.Folder, "trust");

    /// <summary>The list in it that takes the place of the system's.</summary>
    public static string Bundle(CellSpec spec) => Path.Combine(Folder(spec), CellPaths.TrustBundle);

    private static void Write(string path, string text)
    {
        // In place: what sees it already, sees the new one.
        File.WriteAllText(path, text, new UTF8Encoding(false));
        File.SetUnixFileMode(path, Readable);
    }
}
