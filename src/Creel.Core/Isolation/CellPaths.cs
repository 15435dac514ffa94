namespace Creel.Core.Isolation;

/// <summary>The names inside every cell, the same at all levels that have mounts. No secret is among the variables.</summary>
public static class CellPaths
{
    public const string HubFolder = "/run/creel/hub";
    public const string ProxyFolder = "/run/creel/proxy";

    /// <summary>Certificates that the cell's programs trust: <see cref="TrustAuthority"/> and <see cref="TrustBundle"/>.</summary>
    public const string TrustFolder = "/run/creel/trust";

    /// <summary>The proxy's authority alone.</summary>
    public const string TrustAuthority = "authority.crt";

    /// <summary>The host's authorities and the proxy's.</summary>
    public const string TrustBundle = "bundle.crt";
    public const string HubSocketName = "hub.sock";
    public const string ProxySocketName = "proxy.sock";
    public const string RuntimeFile = "/opt/creel/creel-runtime";

    /// <summary>The runtime's own folder: journal, and <c>home</c> as the tasks' HOME.</summary>
    public const string State = "/var/lib/creel";
    public const string Workspaces = "/workspace";

    /// <summary>Where the relay listens in a cell with a loopback of its own.</summary>
    public const int RelayPort = 18080;

    /// <summary>Variables by which a driver tells <c>creel-runtime</c> where it is.</summary>
    public const string HubSocketVariable = "CREEL_HUB_SOCKET";
    public const string ProxySocketVariable = "CREEL_PROXY_SOCKET";
    public const string StateVariable = "CREEL_STATE";
    public const string RelayPortVariable = "CREEL_RELAY_PORT";

    /// <summary>The trust folder, where every address is the cell's own and the relay takes all of them; not set elsewhere.</summary>
    public const string TrustVariable = "CREEL_TRUST";

    /// <summary>Bytes that the cell may use; not set where nothing limits it.</summary>
    public const string MemoryVariable = "CREEL_MEMORY";
    public const string CellVariable = "CREEL_CELL";

    /// <summary>Where a cell with an OpenClaw of the host sees it.</summary>
    public const string OpenClaw = "/opt/openclaw";

    public static string Workspace(AgentId agent) => $"{Workspaces}/{agent}";
}
