using Creel.Adapters.Docker;
using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Tests.Docker;

public sealed class EngineTests
{
    [Fact]
    public async Task An_engine_that_is_not_there_is_told_with_what_brings_it()
    {
        var fault = await FaultAsync("/nowhere/docker.sock");
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Unavailable, "docker-engine"));
        fault.Message.ShouldContain("/nowhere/docker.sock");
        fault.Remedy!.ShouldContain("systemctl start docker");
    }

    [Fact]
    public async Task One_that_the_variable_names_and_is_not_there_is_told_with_the_variable()
    {
        var fault = await FaultAsync(EngineAddress.Of("unix:///nowhere/docker.sock"));

        (fault.Kind, fault.Code).ShouldBe((FaultKind.Unavailable, "docker-engine"));
        fault.Message.ShouldContain("/nowhere/docker.sock, which DOCKER_HOST names");
        fault.Remedy!.ShouldContain("DOCKER_HOST");
        fault.Remedy!.ShouldNotContain("apt-get");
    }

    [Theory]
    [InlineData("tcp://192.0.2.1:2375")]
    [InlineData("unix://")]
    public async Task An_engine_elsewhere_is_the_drivers_fault_and_nobody_elses(string host)
    {
        using var driver = new DockerDriver(
            new DockerOptions(new LinuxOptions("/nowhere/run")) { Address = EngineAddress.Of(host) }
        );

        var proof = await driver.FingerprintAsync();

        proof.Works.ShouldBeFalse();
        proof.Sentence.ShouldContain("DOCKER_HOST does not name a unix socket");
        proof.Remedy!.ShouldContain("unset it");
    }

    [Fact]
    public async Task An_engine_that_hangs_is_given_up_on()
    {
        using var engine = new StandInEngine(_ => null);
        var fault = await FaultAsync(engine.Path, TimeSpan.FromMilliseconds(100));
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Timeout, "docker-hung"));
    }

    [Fact]
    public async Task An_engine_that_breaks_off_is_no_answer()
    {
        using var engine = new StandInEngine(line => line.Contains("_ping") ? StandInEngine.Ping("1.41") : "");
        (await FaultAsync(engine.Path)).Code.ShouldBe("docker-lost");
    }

    [Theory]
    [InlineData("1.40")]
    [InlineData("")]
    [InlineData("new")]
    public async Task An_engine_before_20_10_is_refused_by_its_version(string version)
    {
        using var engine = new StandInEngine(_ => StandInEngine.Ping(version));
        var fault = await FaultAsync(engine.Path);
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Missing, "docker-old"));
    }

    [Theory]
    [InlineData("1.41", "/v1.41/info")]
    [InlineData("1.44", "/v1.44/info")]
    [InlineData("1.99", "/v1.47/info")]
    public async Task The_newest_version_that_both_know_is_spoken(string offered, string asked)
    {
        var lines = new List<string>();
        using var stand = new StandInEngine(line =>
        {
            lines.Add(line);
            return line.Contains("_ping") ? StandInEngine.Ping(offered) : StandInEngine.Reply(200, "{}");
        });
        using var engine = Make(stand.Path);
        (await engine.GetAsync("info", default)).Ok.ShouldBeTrue();
        lines[^1].ShouldBe($"GET {asked} HTTP/1.1");
    }

    [Fact]
    public async Task What_the_engine_says_no_with_is_passed_on_and_only_that()
    {
        using var stand = new StandInEngine(line =>
            line.Contains("_ping")
                ? StandInEngine.Ping("1.41")
                : StandInEngine.Reply(500, """{"message":"no space left on device"}""")
        );
        using var engine = Make(stand.Path);
        var reply = await engine.GetAsync("info", default);
        Should
            .Throw<CreelException>(() => reply.OrFail("make a container"))
            .Fault.Message.ShouldBe("Docker could not make a container: no space left on device");
        reply.OrFailUnless(500, "whatever").ShouldBe(reply);
    }

    [Theory]
    [InlineData(null, "/var/run/docker.sock")]
    [InlineData("", "/var/run/docker.sock")]
    [InlineData("unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock")]
    public void The_socket_is_where_DOCKER_HOST_says(string? written, string socket) =>
        EngineAddress.Of(written).Socket.ShouldBe(socket);

    [Theory]
    [InlineData("tcp://127.0.0.1:2375")]
    [InlineData("ssh://root@elsewhere")]
    [InlineData("unix://")]
    public void Another_machines_engine_is_refused(string written) =>
        EngineAddress.Of(written).Refusal!.Code.ShouldBe("docker-host");

    private static Engine Make(string socket, TimeSpan? patience = null) => Make(new EngineAddress(socket), patience);

    private static Engine Make(EngineAddress address, TimeSpan? patience = null) =>
        new(
            new DockerOptions(new LinuxOptions(Path.GetTempPath()))
            {
                Address = address,
                Patience = patience ?? TimeSpan.FromSeconds(30),
            }
        );

    private static Task<Fault> FaultAsync(string socket, TimeSpan? patience = null) =>
        FaultAsync(new EngineAddress(socket), patience);

    private static async Task<Fault> FaultAsync(EngineAddress address, TimeSpan? patience = null)
    {
        using var engine = Make(address, patience);
        return (await Should.ThrowAsync<CreelException>(() => engine.GetAsync("info", default))).Fault;
    }
}
