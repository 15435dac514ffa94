using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Isolation;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>
/// The places of a cell that another program of the host makes, which takes names and looks them up when it likes, again at each
/// restart: every folder that was held and checked is bound below a folder that root alone enters, and stays there as long as
/// the cell does. Whatever becomes of its name meanwhile, what was checked is what is mounted.
/// </summary>
internal static class BoundPlaces
{
    private const string Name = "bound";
    private const int Detach = 2;
    private const int NoFollow = 8;
    private const int NotMounted = 22;
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Root(LinuxOptions options, CellId cell) => Path.Combine(options.Run, Name, cell.Value);

    /// <returns>Where each path is found.</returns>
    /// <exception cref="CreelException">This process may not mount.</exception>
    public static IReadOnlyDictionary<string, string> Make(LinuxOptions options, CellId cell, IReadOnlyList<Place> places)
    {
        var root = Root(options, cell);
        Remove(root);
        Directory.CreateDirectory(Path.GetDirectoryName(root)!, Mine);
        Directory.CreateDirectory(root, Mine);
        var bound = new Dictionary<string, string>();
        try
        {
            foreach (var place in places)
            {
                // Two agents may have one workspace.
                if (!bound.ContainsKey(place.Path))
                {
                    bound[place.Path] = Bind(place, Path.Combine(root, $"{bound.Count}"));
                }
            }

            return bound;
        }
        catch
        {
            Remove(root);
            throw;
        }
    }

    /// <summary>Nothing to do where there are none. What is bound there is let go of, never touched.</summary>
    public static void Remove(string root)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos())
        {
            while (Libc.umount2(entry.FullName, Detach | NoFollow) == 0)
            {
                // Whatever lies over it, too.
            }

            if (Marshal.GetLastPInvokeError() is var error and not NotMounted)
            {
                throw KernelFault.Of($"umount {entry.FullName}", error);
            }

            // Not recursive: were anything still in it, this refuses.
            if (entry is DirectoryInfo)
            {
                Directory.Delete(entry.FullName);
            }
            else
            {
                File.Delete(entry.FullName);
            }
        }

        Directory.Delete(root);
    }

    /// <summary>Lets go of what is bound for cells that are not known any more.</summary>
    public static void Sweep(LinuxOptions options, IReadOnlySet<CellId> known)
    {
        var all = Path.Combine(options.Run, Name);
        foreach (var root in Directory.Exists(all) ? Directory.EnumerateDirectories(all).ToList() : [])
        {
            if (!known.Contains(new CellId(Path.GetFileName(root))))
            {
                Remove(root);
            }
        }
    }

    private static string Bind(Place place, string at)
    {
        if (place.IsFolder)
        {
            Directory.CreateDirectory(at, Mine);
        }
        else
        {
            File.Create(at).Dispose();
        }

        var descriptor = Libc.OpenTree(place.Held);
        if (descriptor < 0)
        {
            throw Refusal(place, Marshal.GetLastPInvokeError());
        }

        using var tree = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Libc.MoveMount(tree, at) < 0)
        {
            throw Refusal(place, Marshal.GetLastPInvokeError());
        }

        // What is mounted or unmounted there concerns nobody else.
        const nuint Private = 1 << 18;
        return Libc.mount(null, at, null, Private, 0) == 0 ? at : throw Refusal(place, Marshal.GetLastPInvokeError());
    }

    private static CreelException Refusal(Place place, int error) =>
        new(
            Fault.Missing(
                "bind",
                $"{place.Path} can't be bound for a cell: {KernelFault.Words(error)}",
                "Run creel serve where it may mount (CAP_SYS_ADMIN), beside the engine"
            )
        );
}
