using System.Security.Cryptography;
using System.Text;
using Creel.Adapters.Files;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Outbound;

namespace Creel.Roots;

/// <summary>The folder of sockets: as root below /run, else below XDG_RUNTIME_DIR or, without one, below CREEL_HOME or /tmp.</summary>
internal static class RunFolder
{
    /// <summary>A cell's socket has 23 characters after the run folder (<c>/proxy/12345678/hub.sock</c> and a temporary suffix); a path has 107 bytes.</summary>
    private const int MaxLength = 107 - 40;

    /// <summary>Two homes on one machine get two folders; the default home gets the plain name.</summary>
    public static string Choose(string home, string? written, bool root)
    {
        if (written is not null)
        {
            return Fits(Path.GetFullPath(written))
                ?? throw new CreelException(
                    Fault.Invalid(
                        "run-folder",
                        $"{written} is too long for the sockets in it",
                        $"Choose a folder of at most {MaxLength} bytes."
                    )
                );
        }

        var name =
            home == (RealPath.Of(CreelHome.Default) ?? CreelHome.Default)
                ? "creel"
                : "creel-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)).AsSpan(0, 4));
        if (root)
        {
            return Path.Combine("/run", name);
        }

        var session = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return (session is { Length: > 0 } && Directory.Exists(session) ? Fits(Path.Combine(session, name)) : null)
            ?? Fits(Path.Combine(home, "run"))
            ?? Path.Combine("/tmp", $"{name}-{Environment.UserName}");
    }

    /// <summary>
    /// Makes the folder, which has to be ours: whoever owned it, or could write in it, could put a hub of his own in the place
    /// of ours, and would then be obeyed by the cells. In /tmp its name can be guessed, and taken before we come.
    /// </summary>
    /// <returns>It was not there before.</returns>
    /// <exception cref="CreelException">It is somebody else's, or can't be made.</exception>
    public static bool Own(string run)
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        try
        {
            var fresh = !Directory.Exists(run);
            Directory.CreateDirectory(run, (UnixFileMode)Convert.ToInt32("711", 8));
            if (new WritableFolders().OwnerOf(run) == UnixUser.Current.Uid)
            {
                File.SetUnixFileMode(run, File.GetUnixFileMode(run) & ~Others);
                return fresh;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("run-folder", $"the run folder {run} can't be made: {e.Message}"), e);
        }

        throw new CreelException(
            Fault.Refused(
                "run-folder",
                $"the run folder {run} is a link or belongs to another user, who could be the hub for our cells",
                "Choose another one with --run-dir, or remove it."
            )
        );
    }

    /// <summary>Takes the folder away with the empty ones that Creel made in it, if nothing else is there.</summary>
    public static void Remove(string run)
    {
        try
        {
            foreach (
                var own in new[] { "hub", "mnt", "proxy", "bound" }
                    .Select(name => Path.Combine(run, name))
                    .Where(Directory.Exists)
            )
            {
                Directory.EnumerateDirectories(own).ToList().ForEach(Directory.Delete);
                Directory.Delete(own);
            }

            // The proxy has ended; as a user of its own it can't take it away itself.
            File.Delete(Path.Combine(run, ControlPaths.SocketName));
            Directory.Delete(run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody's socket or mount is still there: it stays, and the next serve uses it.
        }
    }

    private static string? Fits(string folder) => Encoding.UTF8.GetByteCount(folder) <= MaxLength ? folder : null;
}
