using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Executors;

/// <summary>Reads whole files without ever waiting: a pipe or a device in the place of a file must not hold a task up.</summary>
internal static unsafe class RawFile
{
    private const int Careful = Libc.O_NONBLOCK | Libc.O_CLOEXEC;

    /// <param name="shown">The path as the task gave it.</param>
    /// <param name="most">In bytes.</param>
    /// <exception cref="CreelException">It can't be opened or read, or is larger than allowed.</exception>
    public static byte[] Read(string path, string shown, int most)
    {
        var file = Libc.open(path, OwnFile.ReadOnly | Careful, 0);
        if (file < 0)
        {
            throw FileErrors.From(Marshal.GetLastPInvokeError(), "open", shown);
        }

        try
        {
            return ReadAll(file, shown, most);
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    /// <summary>Into what is there and no file: a device, a pipe that somebody reads.</summary>
    /// <exception cref="CreelException">It can't be opened, or does not take all at once.</exception>
    public static void WriteInto(string path, string shown, byte[] bytes)
    {
        var file = Libc.open(path, OwnFile.WriteOnly | Careful, 0);
        if (file < 0)
        {
            throw FileErrors.From(Marshal.GetLastPInvokeError(), "open", shown);
        }

        try
        {
            fixed (byte* start = bytes)
            {
                var count = Libc.write(file, start, bytes.Length);
                if (count != bytes.Length)
                {
                    throw count < 0
                        ? FileErrors.From(Marshal.GetLastPInvokeError(), "write", shown)
                        : new CreelException(Fault.Invalid("file", $"'{shown}' took only {count} of {bytes.Length} bytes"));
                }
            }
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    private static byte[] ReadAll(int file, string shown, int most)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.read(file, start, buffer.Length);
            }

            switch (count)
            {
                case 0:
                    return all.ToArray();
                case < 0:
                    throw Marshal.GetLastPInvokeError() == Libc.EAGAIN
                        ? new CreelException(Fault.Invalid("file", $"'{shown}' is no regular file"))
                        : FileErrors.From(Marshal.GetLastPInvokeError(), "read", shown);
            }

            if (all.Length + count > most)
            {
                throw new CreelException(
                    Fault.Invalid(
                        "file-large",
                        $"'{shown}' has more than {most} bytes",
                        "Read it in parts, with exec and head or tail"
                    )
                );
            }

            all.Write(buffer, 0, (int)count);
        }
    }
}
