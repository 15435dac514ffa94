using System.Globalization;
using Creel.Core.Isolation;
using Creel.Runtime.Brains.Native;
using Creel.Runtime.Brains.OpenClaw;

namespace Creel.Runtime.Work;

/// <summary>
/// What every task in this cell has around it: an allow-list of variables, and where the relay is. Keys are only names here;
/// the proxy, which holds the real ones, swaps them.
/// </summary>
internal sealed class TaskSurroundings(
    RuntimeSettings settings,
    Func<string, string?> variable,
    TimeProvider time,
    bool sudoWorks
)
{
    private static readonly string[] PassedOn = ["PATH", "HOME", "LANG", "TERM", "TMPDIR", "USER"];

    public TimeProvider Time { get; } = time;

    /// <summary>The cell's OpenClaw; it may run or not.</summary>
    public GatewayKeeper? Gateway { get; init; }

    /// <summary>What native brains have going on in this cell.</summary>
    public Conversations Conversations { get; } = new();

    public RuntimeLog? Log { get; init; }

    /// <summary>What the habitat gives to all that runs here. Creel's own win, but for those that come from outside, such as PATH.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; set; } = new Dictionary<string, string>();

    /// <summary>The runtime's own folder.</summary>
    public string State => settings.State;

    public string Home => settings.Home;

    /// <summary>Where programs of this cell reach proxy and hub: <c>http://127.0.0.1:PORT</c>; null: nowhere.</summary>
    public string? Relay =>
        settings.RelayPort > 0 ? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{settings.RelayPort}") : null;

    /// <summary>False where no_new_privs is set, under which no program can gain rights.</summary>
    public bool SudoWorks { get; } = sudoWorks;

    public Dictionary<string, string> For(string agent)
    {
        var variables = new Dictionary<string, string>();
        foreach (var name in PassedOn)
        {
            if (variable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        foreach (var (name, value) in Variables)
        {
            variables[name] = value;
        }

        variables.TryAdd("PATH", "/usr/local/bin:/usr/bin:/bin");
        variables.TryAdd("HOME", settings.Home);
        variables.TryAdd("LANG", "C.UTF-8");
        variables[RuntimeVariables.Agent] = agent;
        if (Relay is { } relay)
        {
            variables[RuntimeVariables.Api] = relay + "/creel";
            variables["ANTHROPIC_BASE_URL"] = relay + "/anthropic";
            variables["OPENAI_BASE_URL"] = relay + "/openai/v1";
            variables["ANTHROPIC_API_KEY"] = "proxy:" + agent;
            variables["OPENAI_API_KEY"] = "proxy:" + agent;
            foreach (var name in (ReadOnlySpan<string>)["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"])
            {
                variables[name] = relay;
            }

            variables["NO_PROXY"] = variables["no_proxy"] = "127.0.0.1,localhost";
        }

        if (settings.Trust is { } trust)
        {
            // Node adds what it is given to its own list; all others replace theirs.
            variables["NODE_EXTRA_CA_CERTS"] = $"{trust}/{CellPaths.TrustAuthority}";
            foreach (var name in TrustVariables.Bundles)
            {
                variables[name] = $"{trust}/{CellPaths.TrustBundle}";
            }
        }

        return variables;
    }
}
