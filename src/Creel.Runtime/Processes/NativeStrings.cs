using System.Runtime.InteropServices;

namespace Creel.Runtime.Processes;

/// <summary>Strings in unmanaged memory, ended by zero bytes, freed together.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> blocks = [];

    public byte* One(string text)
    {
        var block = Marshal.StringToCoTaskMemUTF8(text);
        blocks.Add(block);
        return (byte*)block;
    }

    /// <summary>A vector with a null at its end.</summary>
    public byte** Many(IReadOnlyCollection<string> texts)
    {
        var vector = (byte**)Marshal.AllocCoTaskMem((texts.Count + 1) * sizeof(byte*));
        blocks.Add((nint)vector);
        var index = 0;
        foreach (var text in texts)
        {
            vector[index++] = One(text);
        }

        vector[index] = null;
        return vector;
    }

    public void Dispose()
    {
        foreach (var block in blocks)
        {
            Marshal.FreeCoTaskMem(block);
        }
    }
}
