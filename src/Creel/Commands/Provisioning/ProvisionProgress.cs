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
        var told = new CausesTold();
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

    private static void Say(Call call, ProvisionEventView happened, JsonElement raw, CausesTold told)
    {
        switch (happened.Event)
        {
            case "plan":
                var plan = Call.Read<ProvisionPlanEvent>(raw).Plan;
                call.Say(ProvisionPlanText.Lines(plan).First());
                break;
            case "waits":
                var waits = Call.Read<ProvisionWaitsEvent>(raw);
                call.Say(
                    $"waits for the run at {GatewayName.Of(waits.Gateway)} that began {Words.Milliseconds(waits.Seconds * 1000)} ago"
                );
                break;
            case "away" or "unreached":
                call.Say(told.Say(happened, call.Time));
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
                if (!told.Has(agent))
                {
                    call.Say($"{agent.Agent}: {StandingText.Of(agent)}");
                }

                break;
        }
    }

    private static string Changes(int changes) => changes == 0 ? "none of them a change" : $"{changes} of them changes";

    private static int End(Call call, ProvisionDoneEvent done, CausesTold told)
    {
        var exit = done.Ok ? ExitCodes.Ok : ExitCodes.Negative;
        if (call.Json)
        {
            return exit;
        }

        var open = done.Agents.Where(a => a.Error is not null || a.Unsupported is not null).ToList();
        var apart = open.Where(a => !told.Has(a)).ToList();
        if (apart.Count > 0)
        {
            call.Show(StandingText.Table(apart, call.Time));
        }

        StandingText.Remedies(call, open);

        foreach (var line in told.Ends(done.Agents))
        {
            call.Say(line);
        }

        call.Say(Sum(done, known: !done.Agents.Any(told.Has)));
        return exit;
    }

    /// <param name="known">Nobody is counted by what was known before.</param>
    private static string Sum(ProvisionDoneEvent done, bool known)
    {
        var took = Words.Milliseconds(done.Seconds * 1000);
        if (done.AgentsUpdated is { } updated)
        {
            var main = done.MainUpdated == true ? ", and the main agent updated" : "";
            return $"{updated} updated, {done.AgentsUnchanged} as they should be, {done.AgentsSkipped} skipped{main}, in {took}";
        }

        if (done.Agents.Count == 0)
        {
            return $"nobody had to be provisioned ({took})";
        }

        var well = done.Agents.Count(a => a is { Unseen: false, Standing: "provisioned" });
        var removed = done.Agents.Count(a => a is { Unseen: false, Standing: "removed" });
        var gone = removed == 0 ? "" : $", {removed} taken away";
        return done.Ok
            ? $"{Words.Count(well, "agent", "agents")} as the habitat says{gone}, in {took}"
            : $"{well} of {Words.Count(done.Agents.Count - removed, "agent", "agents")} {(known ? "" : "known to be ")}as the habitat says{gone}, in {took}; see: creel provision status";
    }
}
