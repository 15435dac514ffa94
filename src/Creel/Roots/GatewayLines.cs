using System.Reflection;
using System.Text.Json;
using Creel.Adapters.OpenClaw;
using Creel.Commands.Gateway;

namespace Creel.Roots;

/// <summary>Calls of gateways from the command line.</summary>
internal static class GatewayLines
{
    public static async Task<JsonElement> CallAsync(GatewayOrder order, CancellationToken cancel)
    {
        await using var line = await GatewayLine.OpenAsync(order.Url, order.Token, Version, cancel);
        return await line.CallAsync(order.Method, order.Params, cancel);
    }

    private static string Version =>
        typeof(GatewayLines).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
