using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>Shows what provisioning reports as it comes, and at the end where each agent stands.</summary>
internal static class ProvisionProgress
{
    /// <exception cref="CreelException">It ended in a fault, or the server went away.</exception>
    public static Task<int> ShowAsync(Call call, string path, byte[] body, CancellationToken cancel) =>
        Interruption.SayAsync(
            () => FollowAsync(call, call.Client.LinesAsync(HttpMethod.Post, path, body, cancel), cancel),
            "left; the server finishes what it has begun",
            "see how far it is: creel provision status",
            cancel
        );

    private static async Task<int> FollowAsync(Call call, IAsyncEnumerable<JsonElement> events, CancellationToken cancel)
    {
        var told = new HashSet<(string?, string?)>();
        await foreach (var raw in events.WithCancellation(cancel))
        {
            var happened = Call.Read<ProvisionEventView>(raw);
            if (call.Json && happened.Event != "fault")
            {
                call.PrintLine(raw);
            }

            switch (happened.Event)
            {
                case "fault":
                    throw new CreelException(
                        new Fault(
                            FaultKind.ApplyFailed,
                            happened.Code ?? "provision-failed",
                            happened.Error ?? "provisioning failed",
                            happened.Remedy
                        )
                    );
                case "done":
                    return End(call, Call.Read<ProvisionDoneEvent>(raw), told);
                default:
                    if (!call.Json)
                    {
                        Say(call, happened, raw, told);
                    }

                    break;
            }
        }

        throw new CreelException(
            Fault.Unavailable(
                "provision-cut",
                "the server went away before everything was provisioned",
                "it goes on when serve runs again; see: creel provision status"
            )
        );
    }

    /// <param name="told">What went wrong at which gateway: said once for all agents there.</param>
    private static void Say(Call call, ProvisionEventView happened, JsonElement raw, HashSet<(string?, string?)> told)
    {
        switch (happened.Event)
        {
            case "plan":
                var plan = Call.Read<ProvisionPlanEvent>(raw).Plan;
                call.Say(ProvisionPlanText.Lines(plan).First());
                break;
            case "unreached":
                told.Add((happened.Gateway, happened.Error));
                call.Say($"{happened.Gateway ?? "our own gateway"}: can't be looked at: {happened.Error}");
                break;
            case "step":
                var step = Call.Read<ProvisionStepEvent>(raw);
                call.Say($"  {step.Agent ?? step.Gateway}: {step.Text}");
                break;
            case "asked":
                var asked = Call.Read<ProvisionAskedEvent>(raw);
                call.Say($"{asked.Gateway}: {Words.Count(asked.Calls, "call", "calls")}, {Changes(asked.Changes)}");
                break;
            case "agent":
                var agent = Call.Read<ProvisionAgentEvent>(raw).Agent;
                call.Say($"{agent.Agent}: {StandingText.Of(agent, told.Contains((agent.Gateway, agent.Error)))}");
                break;
        }
    }

    private static string Changes(int changes) => changes == 0 ? "none of them a change" : $"{changes} of them changes";

    private static int End(Call call, ProvisionDoneEvent done, HashSet<(string?, string?)> told)
    {
        var exit = done.Ok ? ExitCodes.Ok : ExitCodes.Negative;
        if (call.Json)
        {
            return exit;
        }

        var open = done.Agents.Where(a => a.Error is not null || a.Unsupported is not null).ToList();
        if (open.Count > 0)
        {
            call.Show(StandingText.Table(open, call.Time, told));
            StandingText.Remedies(call, open);
        }

        var took = Words.Milliseconds(done.Seconds * 1000);
        var well = done.Agents.Count(a => a.Standing is "provisioned" or "removed");
        call.Say(
            done.AgentsUpdated is { } updated
                ? $"{updated} updated, {done.AgentsUnchanged} as they should be, {done.AgentsSkipped} skipped"
                    + $"{(done.MainUpdated == true ? ", and the main agent updated" : "")}, in {took}"
            : done.Agents.Count == 0 ? $"nobody had to be provisioned ({took})"
            : done.Ok ? $"{Words.Count(well, "agent", "agents")} as the habitat says, in {took}"
            : $"{well} of {Words.Count(done.Agents.Count, "agent", "agents")} as the habitat says, in {took}; see: creel provision status"
        );
        return exit;
    }
}
