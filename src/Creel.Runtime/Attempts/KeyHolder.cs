using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>The proxy as a process and as files: whoever looks into it has the keys.</summary>
internal static unsafe class KeyHolder
{
    private const string Program = "creel-proxy";
    private const int Seize = 0x4206;
    private const int CoreLimit = 4;

    private static readonly string[] Files = ["key", "keys.box", "authority.key", "orders.json", "ledger.db", "denials.jsonl"];

    /// <summary>Where cores come to lie, besides where the program worked.</summary>
    private static readonly string[] CoreFolders = ["/", "/var/crash", "/var/lib/systemd/coredump", "/var/lib/apport/coredump"];

    /// <summary>How keys of providers begin.</summary>
    private static readonly string[] Beginnings = ["sk-", "sk_", "AIza", "gsk_", "xai-", "pplx-", "hf_"];

    private static ReadOnlySpan<int> Gone => [Kernel.ESRCH];

    public static AttemptLine[] Table { get; } =
    [
        new("outbound.key-environ", _ => FindKey()),
        new("outbound.proxy-see", _ => See()),
        Line("proxy-environ", pid => Tries.Read($"/proc/{pid}/environ")),
        Line("proxy-memory", pid => Tries.Open($"/proc/{pid}/mem")),
        Line("proxy-vm", NeighbourProcesses.ReadMemory),
        Line("proxy-trace", pid => Tries.Call("ptrace", Kernel.Call(CallNumbers.Ptrace, Seize, pid), held: Gone)),
        Line("proxy-descriptor", NeighbourProcesses.TakeFile),
        Line("proxy-signal", Tries.Signal),
        new("outbound.proxy-core", o => With(o, p => Outcome.Worst([At(p, AllowCore), FindCore(p)]))),
        new("outbound.proxy-files", o => With(o, OpenFiles)),
        new("outbound.proxy-control", o => With(o, p => Tries.Connect(p.Control))),
        new(
            "outbound.neighbour-proxy",
            o =>
                NeighbourFiles.With(
                    o,
                    n => n.ProxySocket is { } socket ? Tries.Connect(socket) : Outcome.Untried("the other cell has no way to it")
                )
        ),
    ];

    /// <summary>A variable of this environment holds a provider's key; its name, or null.</summary>
    internal static string? KeyIn(string environment)
    {
        foreach (var pair in environment.Split('\0').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2))
        {
            var (name, value) = (pair[0], pair[1]);
            var called =
                name.EndsWith("_API_KEY", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("_AUTH_TOKEN", StringComparison.OrdinalIgnoreCase);

            // What the proxy takes for a name of an agent is no key.
            if (
                value.Length >= 8
                && !value.StartsWith("proxy", StringComparison.Ordinal)
                && (called || Beginnings.Any(b => value.StartsWith(b, StringComparison.Ordinal) && value.Length >= 20))
            )
            {
                return name;
            }
        }

        return null;
    }

    private static AttemptLine Line(string id, Func<int, Outcome> attempt) =>
        new($"outbound.{id}", o => With(o, p => At(p, attempt)));

    private static Outcome With(AttemptOrder order, Func<AttemptProxy, Outcome> attempt) =>
        order.Proxy is { } proxy ? attempt(proxy) : Outcome.Untried("there is no proxy here");

    private static Outcome At(AttemptProxy proxy, Func<int, Outcome> attempt)
    {
        if (proxy.Pid is not { } pid)
        {
            return Outcome.Untried("the proxy does not run");
        }

        // A name of fifteen characters at most; a process that is not seen has none.
        var name = Tries.Content($"/proc/{pid}/comm").Text?.Trim();
        return name is null or Program ? attempt(pid) : Outcome.Stopped($"process {pid} is another one here");
    }

    private static Outcome FindKey()
    {
        var seen = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(IsProcess))
        {
            if (Tries.Content($"{folder}/environ").Text is not { } environment)
            {
                continue;
            }

            seen++;
            if (KeyIn(environment) is { } name)
            {
                return Outcome.Through($"{folder} has one in {name}");
            }
        }

        return Outcome.Stopped($"none of {seen} processes that show theirs has one");
    }

    private static Outcome See()
    {
        var processes = Directory.EnumerateDirectories("/proc").Where(IsProcess).ToList();
        var seen = processes.FirstOrDefault(folder => Tries.Content($"{folder}/comm").Text?.Trim() == Program);
        return seen is null ? Outcome.Stopped($"it is none of {processes.Count} processes") : Outcome.Through($"it is {seen}");
    }

    private static bool IsProcess(string folder) => Path.GetFileName(folder).All(char.IsAsciiDigit);

    /// <summary>Sets the limit to what it is: the right to change it is all that is asked.</summary>
    private static Outcome AllowCore(int pid)
    {
        var old = stackalloc ulong[2];
        if (Kernel.Call(CallNumbers.Prlimit64, pid, CoreLimit, 0, (nint)old) is < 0 and var error)
        {
            return Tries.Call("prlimit", error, held: Gone);
        }

        return Tries.Call("prlimit", Kernel.Call(CallNumbers.Prlimit64, pid, CoreLimit, (nint)old, 0), held: Gone);
    }

    private static Outcome FindCore(AttemptProxy proxy)
    {
        foreach (var folder in CoreFolders.Append(proxy.Home))
        {
            try
            {
                var found = Directory
                    .EnumerateFiles(folder, "*core*")
                    .Where(file => Path.GetFileName(file) is var name && (name == "core" || name.Contains(Program)))
                    .FirstOrDefault(file => Tries.Open(file).Held == false);
                if (found is not null)
                {
                    return Outcome.Through($"{found} is one");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Nothing is to be had there.
            }
        }

        return Outcome.Stopped("there is none, and none can be made");
    }

    private static Outcome OpenFiles(AttemptProxy proxy) =>
        Outcome.Worst([Tries.OpenAny(Files.Select(file => Path.Combine(proxy.Home, file))), Tries.List(proxy.Home)]);
}
