using System.Runtime.InteropServices;

namespace Creel.Conformance.Drivers;

/// <summary>A descriptor that is not closed on exec, as a careless parent leaves them.</summary>
internal sealed partial class InheritableFile : IDisposable
{
    private readonly int descriptor;

    private InheritableFile(int descriptor) => this.descriptor = descriptor;

    public static InheritableFile Open(string path)
    {
        var opened = open(path, 0);
        opened.ShouldBeGreaterThan(2);
        return new InheritableFile(opened);
    }

    public void Dispose() => _ = close(descriptor);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
