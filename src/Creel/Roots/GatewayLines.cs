using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Commands.Gateway;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Roots;

/// <summary>Calls of gateways from the command line.</summary>
internal static class GatewayLines
{
    /// <summary>A turn may take its time; who waits for it ends it himself.</summary>
    private static readonly CallManner Patient = CallManner.Once with { Deadline = TimeSpan.FromHours(1) };

    public static async Task<JsonElement> CallAsync(GatewayOrder order, CancellationToken cancel)
    {
        var access = new GatewayAccess(GatewayAddress.Parse(order.Url.OriginalString))
        {
            Token = GatewayAddress.Secret(order.Token),
        };
        await using var line = new GatewayClient(access, new LineTerms(Version), TimeProvider.System);
        return await line.CallAsync(order.Method, JsonObject.Create(order.Params), Patient, cancel);
    }

    private static string Version =>
        typeof(GatewayLines).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
