#pragma warning disable CA1416 // Creel runs on Linux alone.
using System.Globalization;
using Creel.Core;

namespace Creel.Adapters.Sqlite;

/// <summary>The lock by which one process owns the database; the system drops it when the process ends, however it ends.</summary>
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
            var stream = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    BufferSize = 0,
                }
            );
            Sign(stream);
            return stream;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new CreelException(
                Fault.Conflict(
                    "store-in-use",
                    $"Another creel serve{Owner(path)} uses {file}",
                    "Stop it, or give this one a CREEL_HOME of its own"
                ),
                e
            );
        }
    }

    private static void Sign(FileStream stream)
    {
        // The number is for people only; without it (a full disk) the lock holds all the same.
        try
        {
            stream.SetLength(0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException) { }
    }

    private static string Owner(string path)
    {
        try
        {
            // Reading and sharing everything takes no lock, so the owner's does not stand in the way.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            return int.TryParse(reader.ReadToEnd(), out var pid) ? $" (pid {pid})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
