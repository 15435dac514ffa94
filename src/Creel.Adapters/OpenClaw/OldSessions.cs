using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Sessions;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// The conversations of an OpenClaw whose configuration was brought up: copied once into the state folder of each agent's cell, before that
/// starts for the first time. The original stays as it is; it may have been written by agents too, so no link is followed in it.
/// </summary>
public static class OldSessions
{
    private const string Index = "sessions.json";
    private const string Coming = "sessions.coming";
    private const int MostFiles = 5000;
    private const long LargestFile = 64 * 1024 * 1024;
    private const long MostBytes = 1024L * 1024 * 1024;

    /// <param name="to">Its cell does not run.</param>
    /// <param name="state">The state folder of the OpenClaw.</param>
    /// <param name="trouble">Told of each file that is left out.</param>
    /// <returns>How many transcripts came; null: there are none, or the agent has conversations already.</returns>
    /// <exception cref="CreelException">They can't be read, or not be written.</exception>
    public static int? Bring(AgentPlace to, string state, Action<string> trouble)
    {
        var relative = $"agents/{to.Agent}/sessions";
        using (var there = CellTree.Open(to.State, relative))
        using (var from = CellTree.Open(state, relative))
        {
            if (there is not null || from is null)
            {
                return null;
            }

            using var root = CellTree.Open(to.State, "");
            using var agents = root?.Folder("agents", to.User);
            using var own = agents?.Folder(to.Agent.Value, to.User);
            if (own is null)
            {
                return null;
            }

            int count;
            using (var coming = own.Folder(Coming, to.User))
            {
                count = Names(Path.Combine(state, relative))
                    .Count(Budgeted(name => Copy(from, coming, name, to, trouble), trouble));
                Copy(from, coming, Index, to, trouble);
            }

            // From here on it is there; before, the next start begins anew.
            own.Rename(Coming, "sessions");
            return count;
        }
    }

    private static IEnumerable<string> Names(string folder) =>
        new DirectoryInfo(folder)
            .EnumerateFiles("*.jsonl")
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Select(file => file.Name)
            .Take(MostFiles);

    private static Func<string, bool> Budgeted(Func<string, long?> copy, Action<string> trouble)
    {
        var left = MostBytes;
        return name =>
        {
            if (left <= 0)
            {
                trouble($"{name} is left out: there is more than 1 GiB of transcripts");
                return false;
            }

            var size = copy(name);
            left -= size ?? 0;
            return size is not null;
        };
    }

    private static long? Copy(CellTree from, CellTree to, string name, AgentPlace place, Action<string> trouble)
    {
        try
        {
            using var file = from.Read(name);
            if (file is null)
            {
                return null;
            }

            var size = RandomAccess.GetLength(file);
            if (size > LargestFile)
            {
                trouble($"{name} is left out: it has more than 64 MiB");
                return null;
            }

            var content = new byte[size];
            var read = 0;
            while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), read) is > 0 and var more)
            {
                read += more;
            }

            to.Write(name, content.AsSpan(0, read), place.User);
            return read;
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.Refused)
        {
            trouble($"{name} is left out: {e.Fault.Message}");
            return null;
        }
    }
}
