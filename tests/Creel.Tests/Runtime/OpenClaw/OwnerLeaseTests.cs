using System.Diagnostics;
using Creel.Runtime.Brains.OpenClaw;

namespace Creel.Tests.Runtime.OpenClaw;

/// <summary>With the real Node of the package, on a database of the same shape.</summary>
public class OwnerLeaseTests
{
    private const string Make = """
        const { DatabaseSync } = require("node:sqlite");
        const db = new DatabaseSync(process.argv[1]);
        db.exec("create table state_leases (scope text, lease_key text, owner text, expires_at integer, payload_json text)");
        db.prepare("insert into state_leases values ('gateway-owner', 'global', 'o', 1, ?)").run(process.argv[2]);
        """;

    private const string Count = """
        const { DatabaseSync } = require("node:sqlite");
        console.log(new DatabaseSync(process.argv[1]).prepare("select count(*) as n from state_leases").get().n);
        """;

    [OwnNodeFact]
    public async Task The_lease_of_a_process_that_is_gone_is_cleared_whatever_its_machine_was_called()
    {
        using var folder = new TestFolder();
        Node(Make, folder["db"], """{"owner":{"pid":4000001,"host":"elsewhere","startedAt":7}}""");

        (await OwnerLease.ClearAsync(OwnNodeFactAttribute.Node, folder["db"], Variables)).ShouldBeTrue();
        Node(Count, folder["db"]).ShouldBe("0");
    }

    [OwnNodeFact]
    public async Task The_lease_of_another_process_that_has_its_pid_now_is_cleared()
    {
        using var folder = new TestFolder();
        Node(Make, folder["db"], $$$"""{"owner":{"pid":{{{Environment.ProcessId}}},"host":"elsewhere","startedAt":7}}""");

        (await OwnerLease.ClearAsync(OwnNodeFactAttribute.Node, folder["db"], Variables)).ShouldBeTrue();
        Node(Count, folder["db"]).ShouldBe("0");
    }

    [OwnNodeFact]
    public async Task The_lease_of_a_process_that_lives_stays()
    {
        using var folder = new TestFolder();
        var stat = await File.ReadAllTextAsync("/proc/self/stat");
        var started = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        Node(Make, folder["db"], $$$"""{"owner":{"pid":{{{Environment.ProcessId}}},"host":"x","startedAt":{{{started}}}}}""");

        (await OwnerLease.ClearAsync(OwnNodeFactAttribute.Node, folder["db"], Variables)).ShouldBeFalse();
        Node(Count, folder["db"]).ShouldBe("1");
    }

    [Fact]
    public async Task Where_nothing_can_look_nothing_is_cleared() =>
        (await OwnerLease.ClearAsync(null, "/nowhere", Variables)).ShouldBeFalse();

    private static Dictionary<string, string> Variables => new() { ["PATH"] = "/usr/bin:/bin" };

    private static string Node(string script, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(OwnNodeFactAttribute.Node!, ["--no-warnings", "-e", script, .. arguments])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return said;
    }
}

/// <summary>A test that needs the Node of <c>CREEL_OPENCLAW</c>; <c>CREEL_REQUIRE=openclaw</c> turns a skip into a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OwnNodeFactAttribute : FactAttribute
{
    public OwnNodeFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("openclaw");
        if (Node is null && !required)
        {
            Skip = "there is no OpenClaw here: ./do substrates up openclaw, and CREEL_OPENCLAW as ./do test sets it";
        }
    }

    public static string? Node { get; } =
        Environment.GetEnvironmentVariable("CREEL_OPENCLAW") is { Length: > 0 } tree
            ? GatewayProgram.Find(tree, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }).Node
            : null;
}
