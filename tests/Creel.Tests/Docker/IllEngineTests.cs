using System.Collections.Concurrent;
using Creel.Adapters.Docker;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Docker;

/// <summary>What the driver makes of an engine's answers, where a real engine seldom gives them.</summary>
public sealed class IllEngineTests : IDisposable
{
    private static readonly string Old = new('a', 64);
    private static readonly string New = new('b', 64);

    private readonly string folder = Directory.CreateTempSubdirectory("creel-").FullName;
    private readonly ConcurrentQueue<string> asked = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Only_what_no_record_knows_is_swept_away()
    {
        using var stand = Stand(
            (
                "GET /v1.41/containers/json",
                200,
                $$$"""[{"Id":"{{{Old}}}","Labels":{"creel.cell":"gone"}},{"Id":"{{{New}}}","Labels":{"creel.cell":"known"}}]"""
            ),
            ("GET /v1.41/networks", 200, $$$"""[{"Id":"{{{New}}}","Labels":{"creel.cell":"known"}}]"""),
            ("DELETE ", 204, "")
        );
        using var engine = new Engine(Options(stand));

        var removed = await new Leftovers(engine).RemoveAsync("i", new HashSet<CellId> { new("known") }, default);

        removed.ShouldHaveSingleItem().ShouldContain("of cell gone");
        Deleted.ShouldHaveSingleItem().ShouldContain($"containers/{Old}?");
    }

    [Fact]
    public async Task A_network_that_overlaps_what_nobody_tells_of_is_made_elsewhere()
    {
        var tries = 0;
        using var stand = new StandInEngine(line =>
            Answer(
                line,
                ("GET /v1.41/networks", 200, "[]"),
                (
                    "POST ",
                    ++tries > 5 ? 201 : 500,
                    tries > 5 ? $$"""{"Id":"{{New}}"}""" : """{"message":"Pool overlaps with other one on this address space"}"""
                )
            )
        );
        using var engine = new Engine(Options(stand));
        (await new CellNetwork(engine, Options(stand)).MakeAsync(Cell, default)).ShouldBe(New);
    }

    [Fact]
    public async Task A_network_that_the_engine_will_not_have_is_asked_for_once()
    {
        using var stand = Stand(("GET /v1.41/networks", 200, "[]"), ("POST ", 500, """{"message":"no bridges here"}"""));
        using var engine = new Engine(Options(stand));
        var make = () => new CellNetwork(engine, Options(stand)).MakeAsync(Cell, default);
        (await Should.ThrowAsync<CreelException>(make)).Fault.Message.ShouldContain("no bridges here");
        asked.Count(line => line.StartsWith("POST ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("name=userns")]
    [InlineData("name=rootless")]
    public async Task An_engine_that_maps_users_is_no_driver_and_the_reason_is_told(string option)
    {
        using var stand = Stand(("GET /v1.41/info", 200, $$"""{"SecurityOptions":["{{option}}"],"ServerVersion":"20.10"}"""));
        using var driver = new DockerDriver(Options(stand));
        var print = await driver.FingerprintAsync();
        print.Works.ShouldBeFalse();
        print.Sentence.ShouldContain("maps users");
        asked.ShouldAllBe(line => line.StartsWith("GET ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_late_stop_of_an_earlier_container_leaves_what_the_new_one_wrote()
    {
        using var stand = Stand(("GET ", 404, "{}"), ("DELETE ", 404, "{}"));
        using var driver = new DockerDriver(Options(stand));
        File.WriteAllText(Path.Combine(folder, "handle.json"), new DockerHandle(New, null, folder).ToJson());

        await driver.StopAsync(new CellHandle(Cell.Id, "docker", new DockerHandle(Old, null, folder).ToJson()), TimeSpan.Zero);

        DockerHandle.Parse(File.ReadAllText(Path.Combine(folder, "handle.json")))!.Container.ShouldBe(New);
    }

    [Fact]
    public async Task How_it_ended_is_what_was_seen_first_and_not_our_own_kill_after_it()
    {
        const string Killed = """{"Id":"x","State":{"Running":false,"ExitCode":137,"OOMKilled":false},"HostConfig":{}}""";
        using var stand = Stand(
            ($"GET /v1.41/containers/{Old}/json", 200, Killed),
            ("GET ", 200, ""),
            ($"POST /v1.41/containers/{Old}/wait", 200, """{"StatusCode":137}"""),
            ("POST ", 204, ""),
            ("DELETE ", 204, "")
        );
        using var engine = new Engine(Options(stand));
        var containers = new Containers(engine, TimeProvider.System);
        var handle = new DockerHandle(Old, null, folder);
        File.WriteAllText(
            Path.Combine(folder, "end.json"),
            $$"""{"container":"{{Old}}","reason":"ended with exit code 4","exitCode":4}"""
        );

        await containers.RemoveAsync(handle, TimeSpan.Zero);

        File.ReadAllText(Path.Combine(folder, "end.json")).ShouldContain("ended with exit code 4");
    }

    [Fact]
    public async Task A_runtime_under_which_no_socket_is_reached_is_refused_with_what_mends_it()
    {
        using var stand = Stand(
            ("GET /v1.41/info", 200, """{"Runtimes":{"runsc":{}}}"""),
            ("GET /v1.41/images", 200, """{"Id":"sha256:1"}"""),
            ("POST /v1.41/containers/create", 201, """{"Id":"c"}"""),
            ("POST /v1.41/containers/c/wait", 200, """{"StatusCode":9}"""),
            ("POST ", 204, ""),
            ("DELETE ", 204, "")
        );
        using var engine = new Engine(Options(stand));
        var check = () => new OciRuntimes(engine, new BaseImage(engine)).CheckAsync("runsc", default);
        var fault = (await Should.ThrowAsync<CreelException>(check)).Fault;
        (fault.Code, fault.Kind).ShouldBe(("oci-runtime-sockets", FaultKind.Refused));
        fault.Remedy!.ShouldContain("--host-uds=open");
        Deleted.ShouldHaveSingleItem().ShouldContain("containers/c?");
    }

    private IEnumerable<string> Deleted => asked.Where(line => line.StartsWith("DELETE ", StringComparison.Ordinal));

    private CellSpec Cell =>
        new()
        {
            Id = new CellId("0123abcd"),
            Group = GroupId.Parse("bart"),
            Habitat = "h",
            Network = NetworkMode.Internal,
            Limits = ResourceLimits.Unlimited,
            Folder = folder,
            StateFolder = folder,
            HubFolder = folder,
            RuntimeFile = "/runtime",
            Workspaces = [],
        };

    private static DockerOptions Options(StandInEngine stand) =>
        new(new LinuxOptions(Path.GetTempPath())) { Address = new EngineAddress(stand.Path) };

    private StandInEngine Stand(params (string Begin, int Status, string Body)[] answers) => new(line => Answer(line, answers));

    /// <summary>The first whose line begins so; what nobody thought of is an error.</summary>
    private string Answer(string line, params (string Begin, int Status, string Body)[] answers)
    {
        if (line.Contains("_ping", StringComparison.Ordinal))
        {
            return StandInEngine.Ping("1.41");
        }

        asked.Enqueue(line);
        foreach (var (begin, status, body) in answers)
        {
            if (line.StartsWith(begin, StringComparison.Ordinal))
            {
                return StandInEngine.Reply(status, body);
            }
        }

        return StandInEngine.Reply(500, """{"message":"not foreseen"}""");
    }
}
