using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.Files;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Commands.Gateway;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>Lines to gateways elsewhere: those that serve keeps, and one for a call from the command line.</summary>
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

    /// <summary>What provisioning stands before, with lines that tell the log what they wait for.</summary>
    public static ProvisioningPorts Ports(
        CreelHome home,
        Func<HabitatModel?> habitat,
        IConfigStore config,
        IAgentTokens tokens,
        TimeProvider time,
        ILogger log
    )
    {
        var terms = new LineTerms(Version) { Tell = text => log.LogInformation("{What}", text) };
        return new ProvisioningPorts
        {
            Habitat = habitat,
            Config = config,
            Secrets = new GatewaySecretFiles(home.GatewayFolder, (Ed25519Key.NewSecret, secret => new Ed25519Key(secret))),
            Tokens = tokens,
            Open = access => new GatewayClient(access, terms, time),
            Plane = (line, mode) => new OpenClawControlPlane(line, time, mode),
            Turns = line => new OpenClawTurns(line),
            TryAsync = (access, cancel) => GatewayDiagnosis.RunAsync(access, terms, time, cancel),
        };
    }
}
