using System.Diagnostics;

namespace Creel.Tests.Sqlite;

/// <summary>A test that mounts a file system of its own, for which one must be root.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    private const int SysAdmin = 21;

    public MountFactAttribute()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        if ((Convert.ToUInt64(line["CapEff:".Length..].Trim(), 16) & (1UL << SysAdmin)) == 0)
        {
            Skip = "mounting a small disk needs root";
        }
    }
}

/// <summary>A real file system of a few megabytes, in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(int megabytes) => Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "creel-test", Folder);

    public string Folder { get; } = Directory.CreateTempSubdirectory("creel-disk-").FullName;

    private string Ballast => Path.Combine(Folder, "ballast");

    public void Fill(int leave)
    {
        var free = new DriveInfo(Folder).AvailableFreeSpace;
        File.WriteAllBytes(Ballast, new byte[Math.Max(0, free - leave)]);
    }

    public void Free() => File.Delete(Ballast);

    public void Remount(string mode) => Run("mount", "-o", $"remount,{mode}", Folder);

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error);
    }
}
