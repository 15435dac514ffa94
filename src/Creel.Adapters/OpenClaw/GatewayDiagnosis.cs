using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>Tries a gateway once, and tells of each step how it went. Changes nothing there.</summary>
public static class GatewayDiagnosis
{
    /// <summary>An agent that nobody has: whether it may be changed is said before it is looked for.</summary>
    private const string Nobody = "creel-looks-whether-it-may";

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);

    public static async Task<IReadOnlyList<GatewayStep>> RunAsync(
        GatewayAccess access,
        LineTerms terms,
        TimeProvider time,
        CancellationToken cancel = default
    )
    {
        var began = time.GetTimestamp();
        var proof = GatewayProof.None;
        try
        {
            await using var line = await GatewayLine
                .OpenAsync(access, terms, time, () => null, p => proof = p, cancel)
                .ConfigureAwait(false);
            proof = line.Proof;
            var probe = new JsonObject { ["agentId"] = Nobody, ["name"] = Nobody };
            var may = await line.AskAsync("agents.update", probe, Left(), cancel).ConfigureAwait(false);
            if (may is LineAnswer.Silent)
            {
                return Silent(access, proof);
            }

            if (may is LineAnswer.Refused { Refusal: { IsUnknownAgent: false } refusal })
            {
                return GatewaySteps.Failed(access, refusal.ToFault(access), proof);
            }

            return await line.AskAsync("config.get", null, Left(), cancel).ConfigureAwait(false) switch
            {
                LineAnswer.Done done => GatewaySteps.Reached(
                    access,
                    line.Hello,
                    new ObservedRoster(done.Payload, line.Hello.Protocol)
                ),
                LineAnswer.Refused refused => GatewaySteps.Failed(access, refused.Refusal.ToFault(access), proof),
                LineAnswer.Broken broken => GatewaySteps.Failed(
                    access,
                    Fault.Unavailable(broken.End.FaultCode, $"it let us in, and then {broken.End.Why}", "Look at its log."),
                    proof
                ),
                _ => Silent(access, proof),
            };
        }
        catch (CreelException e)
        {
            return GatewaySteps.Failed(access, e.Fault, proof);
        }

        TimeSpan Left() => terms.Trying - time.GetElapsedTime(began) is var left && left > Least ? left : Least;
    }

    private static IReadOnlyList<GatewayStep> Silent(GatewayAccess access, GatewayProof proof) =>
        GatewaySteps.Failed(
            access,
            Fault.Unavailable("gateway-silent", "it let us in, and then answers nothing", "Look at its log."),
            proof
        );
}
