using System.Globalization;
using System.Security.Cryptography;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>
/// One temporary Creel for one test: a home that is closed to others, a run folder, and cells whose runtime is a script.
/// </summary>
internal sealed class CellBench : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Mine | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Few enough that a driver which enters them somewhere does not fill that.
    private const int Users = 512;

    /// <summary>Unlike those of another run at the same time.</summary>
    private static readonly int FirstUser = 1_000_000 + (RandomNumberGenerator.GetInt32(0, 1 << 11) * Users);
    private static int users;

    private readonly string root;
    private readonly CellUser? owner;

    /// <param name="owner">Whom the driver runs as; null: whoever runs the suite.</param>
    /// <param name="under">A folder that the driver sees, too; null: where temporary files go.</param>
    public CellBench(CellUser? owner, string? under = null)
    {
        this.owner = owner;
        root = under is null
            ? Directory.CreateTempSubdirectory("creel-").FullName
            : Directory.CreateDirectory(Path.Combine(under, "creel-" + Guid.NewGuid().ToString("N")[..8])).FullName;
        File.SetUnixFileMode(root, Passable);
        Home = Folder(Path.Combine(root, "home"), Mine);
        Options = new LinuxOptions(Folder(Path.Combine(root, "run"), owner is null && UnixUser.IsRoot ? Passable : Mine))
        {
            ControlGroup = "creel-suite",
        };
    }

    public string Home { get; }

    public LinuxOptions Options { get; }

    /// <summary>Cells get users of their own.</summary>
    public bool OwnUsers => owner is null && UnixUser.IsRoot;

    /// <param name="script">The runtime, without its first line.</param>
    public CellSpec Spec(string script, NetworkMode network, string group = "homer")
    {
        var number = FirstUser + (Interlocked.Increment(ref users) % Users);
        var user = OwnUsers ? new CellUser(number, number) : null;
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var cell = Folder(Path.Combine(Home, "cells", id), Mine);
        return new CellSpec
        {
            Id = new CellId(id),
            Group = GroupId.Parse(group),
            Habitat = "bench",
            Network = network,
            Limits = ResourceLimits.Unlimited,
            User = user,
            Folder = Folder(Path.Combine(cell, "own"), Mine),
            StateFolder = Folder(Path.Combine(cell, "state"), Mine, user),
            HubFolder = Hub(id, user),
            RuntimeFile = Program(Path.Combine(cell, "runtime"), script),
            Workspaces =
            [
                new CellMount(
                    group,
                    Folder(Path.Combine(Home, "workspaces", id), Mine, user),
                    $"{CellPaths.Workspaces}/{group}",
                    true
                ),
            ],
        };
    }

    public string Program(string path, string script)
    {
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(
            path,
            Mine | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
        );
        return Given(path);
    }

    public string Folder(string path, UnixFileMode mode, CellUser? user = null)
    {
        for (var parent = Path.GetDirectoryName(path)!; !Directory.Exists(parent); parent = Path.GetDirectoryName(path)!)
        {
            Folder(parent, Mine);
        }

        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
        return Given(path, user);
    }

    public string Given(string path, CellUser? user = null)
    {
        if ((user ?? owner) is { } to)
        {
            Ownership.Give(path, to);
        }

        return path;
    }

    /// <summary>What the cell wrote into a file of its state folder; empty where it is not there yet.</summary>
    public static string Said(CellSpec spec, string name = "out")
    {
        var path = Path.Combine(spec.StateFolder, name);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    public static int Number(string text) => int.Parse(text.Trim(), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        // Folders that were handed to a cell are removed as root, or are one's own.
        Directory.Delete(root, recursive: true);
    }

    private string Hub(string id, CellUser? user)
    {
        if (user is null)
        {
            return Folder(Path.Combine(Options.Run, "hub", id), Mine);
        }

        Folder(Path.Combine(Options.Run, "hub"), Passable);
        var folder = Folder(Path.Combine(Options.Run, "hub", id), Mine | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        Ownership.GiveGroup(folder, user.Gid);
        return folder;
    }
}
