using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>What to do about a gateway that did not do what a person asked for, where it is not said yet.</summary>
internal static class GatewayRemedy
{
    public static CreelException To(CreelException failed, AgentId agent, string gateway) =>
        failed.Fault is { Remedy: null } fault && Of(fault, agent, gateway) is { } remedy
            ? new CreelException(fault with { Remedy = remedy }, failed)
            : failed;

    private static string? Of(Fault fault, AgentId agent, string gateway) =>
        fault.Code == "gateway-agent" ? $"Bring it there: creel provision --gateway {gateway} --agent {agent}"
        : StandingRule.IsTransient(fault) ? $"See what is wrong: creel gateway test {gateway}; then try again."
        : null;
}
