namespace Creel.Core.Outbound;

/// <summary>
/// What the proxy's process is started with. The first two keep others of its user out of it; the rest are about speed: with
/// them a request is handled by the thread that read it, which makes it a third cheaper.
/// </summary>
public static class ProxyEnvironment
{
    public static readonly IReadOnlyList<KeyValuePair<string, string>> Settings =
    [
        new("DOTNET_EnableDiagnostics", "0"),
        new("DOTNET_DbgEnableMiniDump", "0"),
        new("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
        new("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1"),
        new("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0"),
        new("DOTNET_GCgen0size", "0x4000000"),
    ];
}
