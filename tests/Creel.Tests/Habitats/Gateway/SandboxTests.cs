using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Habitats.Gateway;

/// <summary>What <c>sandbox</c> says is what holds, or it is refused.</summary>
public class SandboxTests
{
    [Fact]
    public void All_is_a_container_for_each_agent_with_what_docker_says()
    {
        var habitat = Habitat.Model(
            """
            { agents: { defaults: { sandbox: { mode: "all", docker: { image: "box:1", network: "none", memory: "1g", cpus: 0.5, pidsLimit: 64 } } },
                list: [{ id: "a", workspace: "/srv/a" }, { id: "b", sandbox: { workspaceAccess: "rw", docker: { memory: "2g", network: "bridge" } }, workspace: "/srv/b" }] } }
            """
        );
        var (a, b) = (habitat.Groups[0], habitat.Groups[1]);
        (a.Level, a.Image, a.Network).ShouldBe((IsolationLevel.Container, "box:1", NetworkMode.Proxy));
        (a.Limits.Memory!.Value.Value, a.Limits.Cpu!.Value.Value, a.Limits.Pids!.Value.Value).ShouldBe((1073741824d, 0.5, 64d));
        a.Limits.Memory.Value.Written.ShouldBeTrue();
        (b.Limits.Memory!.Value.Value, b.Network).ShouldBe((2147483648d, NetworkMode.Bridge));
        habitat.Agents.Select(x => x.Workspace).ShouldBe([null, "/srv/b"]);
    }

    [Fact]
    public void Ro_shows_the_workspace_beside_a_folder_of_its_own()
    {
        var habitat = Habitat.Model(
            "{agents: {list: [{id: 'a', workspace: '/srv/a', sandbox: {mode: 'all', workspaceAccess: 'ro'}}]}}"
        );
        habitat.Agents[0].Workspace.ShouldBeNull();
        habitat.Groups[0].Shared.ShouldBe([new SharedPath("/srv/a", false) { At = "/agent" }]);
    }

    [Fact]
    public void Shared_is_one_cell_and_the_blocks_of_single_agents_dont_count()
    {
        var habitat = Habitat.Model(
            """
            { agents: { defaults: { sandbox: { mode: "all", scope: "shared", workspaceAccess: "rw", docker: { image: "box:1", binds: ["/srv/x:/x:ro"] } } },
                list: [{ id: "a" }, { id: "b", sandbox: { docker: { image: "other:2", binds: ["/srv/y:/y"] } } }, { id: "c", sandbox: { mode: "off" } }] } }
            """
        );
        var shared = habitat.Groups.Single(g => g.Id.Value == "shared");
        shared.Agents.Select(x => x.Value).ShouldBe(["a", "b"]);
        (shared.Level, shared.Image).ShouldBe((IsolationLevel.Container, "box:1"));
        shared.Shared.ShouldBe([new SharedPath("/srv/x", false) { At = "/x" }]);
        habitat.Groups.Single(g => g.Id.Value == "c").Level.ShouldBe(IsolationLevel.Session);
    }

    [Fact]
    public void A_key_of_creels_that_was_written_out_holds_and_that_is_told()
    {
        const string text = "{agents: {list: [{id: 'a', isolation: 'session', sandbox: {mode: 'all'}}]}}";
        Habitat.Model(text).Groups[0].Level.ShouldBe(IsolationLevel.Session);
        Habitat.Warnings(text).ShouldContain(w => w.Contains("asks for a container, and this holds"));
    }

    [Fact]
    public void The_agent_that_nobody_wrote_is_in_it_too() =>
        Habitat.Model("{agents: {defaults: {sandbox: {mode: 'all'}}}}").Groups.Single().Level.ShouldBe(IsolationLevel.Container);

    [Theory]
    [InlineData("mode: 'non-main'", "write 'all', or 'off'")]
    [InlineData("mode: 'all', scope: 'session'", "write 'agent', or 'shared'")]
    [InlineData("mode: 'all', perSession: true", "write 'agent', or 'shared'")]
    [InlineData("mode: 'all', docker: {user: '1000:1000'}", "a user of its own")]
    [InlineData("mode: 'all', docker: {readOnlyRoot: false}", "is read-only")]
    [InlineData("mode: 'all', docker: {tmpfs: ['/cache']}", "'/cache' is not writable")]
    [InlineData("mode: 'all', docker: {network: 'my-net'}", "a cell joins none")]
    [InlineData("mode: 'all', docker: {memory: '1g', memorySwap: '2g'}", "no swap")]
    [InlineData("mode: 'all', docker: {dangerouslyAllowExternalBindSources: true}", "the rule of shared paths")]
    [InlineData("mode: 'all', docker: {binds: ['/etc:/x']}", "/etc belongs to the host")]
    [InlineData("mode: 'all', docker: {binds: ['/srv/x:/agent/y']}", "would lie over")]
    [InlineData("mode: 'all', docker: {binds: ['/srv/x']}", "is no bind")]
    [InlineData("mode: 'all', browser: {enabled: true}", "no browser")]
    [InlineData("mode: 'all', scope: 'shared', workspaceAccess: 'ro'", "write 'rw' or 'none'")]
    public void What_cant_be_kept_is_refused_with_what_to_write(string sandbox, string remedy) =>
        Habitat.Errors($"{{agents: {{list: [{{id: 'a', sandbox: {{{sandbox}}}}}]}}}}").Single().ShouldContain(remedy);

    /// <summary>As <c>docker create --memory</c> takes it.</summary>
    [Theory]
    [InlineData("'512m'", 536870912)]
    [InlineData("'1g'", 1073741824)]
    [InlineData("'1G'", 1073741824)]
    [InlineData("'1GB'", 1073741824)]
    [InlineData("'1GiB'", 1073741824)]
    [InlineData("'1.5g'", 1610612736)]
    [InlineData("'65536k'", 67108864)]
    [InlineData("'67108864b'", 67108864)]
    [InlineData("67108864", 67108864)]
    public void Memory_means_what_it_means_to_the_engine(string written, double bytes) =>
        Habitat
            .Model($"{{agents: {{list: [{{id: 'a', sandbox: {{mode: 'all', docker: {{memory: {written}}}}}}}]}}}}")
            .Groups[0]
            .Limits.Memory!.Value.Value.ShouldBe(bytes);

    [Fact]
    public void What_every_cell_does_anyway_is_taken() =>
        Habitat
            .Model(
                """
                { agents: { list: [{ id: "a", sandbox: { mode: "all", scope: "agent", docker: { readOnlyRoot: true, tmpfs: ["/tmp", "/var/tmp", "/run"],
                    capDrop: ["ALL"], env: { LANG: "C.UTF-8" }, workdir: "/workspace", memory: "1g", memorySwap: "1024m" }, prune: { idleHours: 24 } } }] } }
                """
            )
            .Groups[0]
            .Level.ShouldBe(IsolationLevel.Container);
}
