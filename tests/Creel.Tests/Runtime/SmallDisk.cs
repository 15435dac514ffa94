using System.Diagnostics;

namespace Creel.Tests.Runtime;

/// <summary>A file system of 256 KiB; making one takes root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    public SmallDisk(string path)
    {
        this.path = Directory.CreateDirectory(path).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=256k", "creel-test", path).ShouldBeTrue();
    }

    public void Fill()
    {
        using var file = new FileStream(Path.Combine(path, "filler"), FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        Should.Throw<IOException>(() =>
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        });
    }

    public void Free() => File.Delete(Path.Combine(path, "filler"));

    public void Dispose() => Run("umount", "-l", path);

    private static bool Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
