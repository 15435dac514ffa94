using System.Net;
using Creel.Conformance.Gateway.Control;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>An agent at a real gateway that is not ours: provisioned, woken, heard of, and given a task.</summary>
public class ElsewhereTests
{
    [RealGatewayFact(RealGatewayFactAttribute.New)]
    public Task At_the_newest_gateway_an_agent_begins_checks_in_and_does_a_task() => LivesAsync(RealGatewayFactAttribute.New);

    [RealGatewayFact(RealGatewayFactAttribute.Old)]
    public Task At_an_older_gateway_an_agent_begins_checks_in_and_does_a_task() => LivesAsync(RealGatewayFactAttribute.Old);

    private static async Task LivesAsync(string variable)
    {
        await using var model = await ModelStandIn.StartAsync();
        await using var gateway = await RealGateway.StartAsync(variable, model.Configuration);
        await using var serve = await Serve.StartAsync();
        var url = gateway.Url.OriginalString;
        Well(await serve.UpAsync(Habitat("""bart: { board: "school" }""")));
        Well(
            await Published.RunAsync(
                Published.Creel,
                serve.Home,
                ["gateway", "add", "prod", url, "--token-stdin"],
                RealGateway.Token
            )
        );
        Well(await serve.CommandAsync("provision"));

        try
        {
            await Serve.Until(async () => await CheckInAsync(serve) == "online", TimeSpan.FromSeconds(120), "the check-in");
        }
        catch (TimeoutException e)
        {
            var answers = $"{model.Seen.Count} requests of the model, check-ins answered with {string.Join(' ', model.CheckIns)}";
            throw new TimeoutException($"{e.Message}; {answers}; the gateway said:\n{gateway.Log}", e);
        }

        model.CheckIns.ShouldAllBe(status => status == HttpStatusCode.OK);
        // Its first instructions are before it, wherever this gateway has them.
        model.Seen.ShouldContain(body => body.Contains("remember nothing. Do this once", StringComparison.Ordinal));

        var done = await serve.CommandAsync("task", "send", "bart", """{"type":"turn","message":"PING"}""", "--wait");
        done.ExitCode.ShouldBe(0, done.ToString());
        done.Output.ShouldContain("You said: PING");

        Well(await serve.CommandAsync("agent", "rotate-token", "bart"));
        var nudged = await serve.CommandAsync("agent", "nudge", "bart", "--wait");
        nudged.ExitCode.ShouldBe(0, nudged.ToString());
        var again = Well(await serve.CommandAsync("provision", "--plan"));
        again.Output.ShouldContain("nothing to do");

        Well(await serve.UpAsync(Habitat("")));
        Well(await serve.CommandAsync("provision", "--prune", "--yes"));
        await using var client = gateway.Client();
        (await client.CallAsync("agents.list")).ToString().ShouldNotContain("bart");

        string Habitat(string agents) =>
            $$"""
                {
                  users: { marge: { name: "Marge Simpson", timezone: "America/Chicago" } },
                  boards: { school: { name: "School", user: "marge", objective: "Better marks by spring." } },
                  gateways: { prod: { url: "{{url}}", workspaceRoot: "{{gateway.Workspaces}}", agents: { {{agents}} } } },
                }
                """;
    }

    private static async Task<string?> CheckInAsync(Serve serve) =>
        (await serve.GetAsync("/agents/bart/checkin")).GetProperty("agent").GetProperty("status").GetString();

    private static CommandResult Well(CommandResult result)
    {
        result.ExitCode.ShouldBe(0, result.ToString());
        return result;
    }
}
