using System.Globalization;
using System.Text;
using Creel.Core;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// The lock by which one process owns the database; the system drops it when the process ends, however it ends.
/// </summary>
internal static class StoreLock
{
    /// <summary>What flock answers when somebody else holds it.</summary>
    private const int WouldBlock = 11;

    /// <exception cref="CreelException">Another process has it, or the file can't be made.</exception>
    public static FileStream Take(string file)
    {
        var path = file + ".lock";
        try
        {
            var stream = new FileStream(path, Private(FileMode.OpenOrCreate, FileShare.None));
            Sign(file);
            return stream;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new CreelException(
                Fault.Conflict(
                    "store-in-use",
                    $"Another creel serve{Owner(file)} uses {file}",
                    "Stop it, or give this one a CREEL_HOME of its own"
                ),
                e
            );
        }
    }

    /// <summary>The number stands beside the lock, since the runtime reads no file that somebody else has locked.</summary>
    private static string Signature(string file) => file + ".pid";

    private static void Sign(string file)
    {
        // It is for people only; without it (a full disk) the lock holds all the same.
        try
        {
            using var stream = new FileStream(Signature(file), Private(FileMode.Create, FileShare.ReadWrite));
            stream.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException) { }
    }

    private static string Owner(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Signature(file)), out var pid) ? $" (pid {pid})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static FileStreamOptions Private(FileMode mode, FileShare share) =>
        new()
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = share,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
}
