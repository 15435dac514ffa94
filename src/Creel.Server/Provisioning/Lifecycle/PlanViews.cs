using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>A plan as the API says it.</summary>
internal static class PlanViews
{
    public static object Of(GatewayPlan planned) =>
        planned.Plan is { } plan
            ? new
            {
                gateway = planned.Gateway,
                work = plan.HasWork,
                patches = plan.Patches,
                agents = plan.Agents.Select(Of),
                leaving = plan.Leaving.Select(l => new
                {
                    agent = l.Record.Agent.Value,
                    id = l.Record.Id,
                    act = Word(l.Act),
                }),
                problems = planned.Problems.Select(p => new
                {
                    agent = p.Agent,
                    error = p.Fault.Message,
                    code = p.Fault.Code,
                    remedy = p.Fault.Remedy,
                    invalid = p.Fault.Kind == FaultKind.Invalid,
                }),
            }
            : new
            {
                gateway = planned.Gateway,
                work = false,
                error = planned.Fault!.Message,
                code = planned.Fault.Code,
                remedy = planned.Fault.Remedy,
            };

    private static object Of(AgentPlan plan) =>
        new
        {
            agent = plan.Desired.Agent.Value,
            id = plan.Desired.Registration.Id,
            main = plan.Desired.Kind == Core.Provisioning.AgentKind.Main,
            work = plan.HasWork,
            creates = plan.Creates,
            absent = plan.Absent,
            imported = plan.IsImported,
            changes = plan.Changes,
            session = plan.ResetsSession ? "anew"
            : plan.EnsuresSession ? (plan.Creates ? "made" : "named")
            : null,
            token = plan.Token switch
            {
                TokenAct.Standing => "standing",
                TokenAct.New => "new",
                TokenAct.Succeeds => "handed-over",
                _ => null,
            },
            wake = plan.Wake?.ToString().ToLowerInvariant(),
            error = plan.Refusal?.Message,
            remedy = plan.Refusal?.Remedy,
            invalid = plan.Refusal?.Kind == FaultKind.Invalid,
            files = plan.Files.Select(f => new
            {
                name = f.Name,
                act = f.Act.ToString().ToLowerInvariant(),
                why = Word(f.Reason),
                diff = f.Diff,
            }),
        };

    private static string Word(LeavingAct act) =>
        act switch
        {
            LeavingAct.Tell => "told",
            LeavingAct.Remove => "removed",
            _ => "forgotten",
        };

    public static string Word(FileReason reason) =>
        reason switch
        {
            FileReason.New => "not there yet",
            FileReason.Planted => "its gateway put another there",
            FileReason.Changed => "our text changed",
            FileReason.Restored => "somebody changed it there",
            FileReason.Gone => "it was taken away there",
            FileReason.Differs => "another text stands there",
            FileReason.Token => "its token is replaced",
            FileReason.Asked => "asked for",
            FileReason.BothChanged => "the agent changed it, and so did we",
            FileReason.WasThere => "it was there before us",
            FileReason.Unspoken => "it is told with a wake, and this run has none",
            _ => "we have no such file any more",
        };
}

/// <summary>What would be done at one gateway; of one that can't be looked at, why.</summary>
/// <param name="Problems">Of single agents.</param>
public sealed record GatewayPlan(
    string? Gateway,
    ProvisionPlan? Plan,
    IReadOnlyList<(string Agent, Fault Fault)> Problems,
    Fault? Fault
);
