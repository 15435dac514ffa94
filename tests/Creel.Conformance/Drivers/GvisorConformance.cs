using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>Containers on a kernel of their own. What differs from any container; the rest is the same driver.</summary>
[Substrate("gvisor")]
public sealed class GvisorConformance() : CellSuite("docker", NetworkMode.Proxy, other: false)
{
    private CellSpec Inside(string script, string runtime = "runsc") => Spec(script) with { OciRuntime = runtime };

    [SubstrateFact]
    public async Task A_cell_has_a_kernel_of_its_own_and_reaches_its_hub()
    {
        var spec = Inside("");
        using var hub = HubSocket.Listen(Bench, spec);
        Bench.Program(spec.RuntimeFile, $"exec >\"$CREEL_STATE/out\" 2>&1\n{HubSocket.Ask("$CREEL_HUB_SOCKET")}\nuname -r; id");
        (await Driver.WaitAsync(await Start(spec))).ExitCode.ShouldBe(0);
        CellBench.Said(spec).ShouldContain("answer: hello");
        CellBench.Said(spec).ShouldNotContain(File.ReadAllText("/proc/sys/kernel/osrelease").Trim());
        CellBench.Said(spec).ShouldContain("(agent)");
    }

    [SubstrateFact]
    public async Task The_workspace_is_the_cells_to_write_and_the_memory_limit_holds()
    {
        var spec = Inside("touch /workspace/homer/made; exec perl -e '$x = \"x\" x (512 << 20); sleep 1000'") with
        {
            Limits = new(new Limit(96 << 20, true), Pids: new Limit(32, true)),
        };
        var end = await Driver.WaitAsync(await Start(spec));
        end.Running.ShouldBeFalse();
        end.ExitCode.ShouldNotBe(0);
        File.Exists(Path.Combine(spec.Workspaces[0].HostPath, "made")).ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task What_it_uses_is_its_own_and_not_the_machines()
    {
        var spec = Inside("echo up >\"$CREEL_STATE/out\"; " + Forever);
        var handle = await Start(spec);
        await Said(spec, "up");
        var usage = (await Driver.MeasureAsync(handle)).ShouldNotBeNull();
        (usage.Cpu ?? TimeSpan.Zero).ShouldBeLessThan(TimeSpan.FromMinutes(5));
        usage.Memory!.Value.ShouldBeInRange(1, 500 << 20);
    }

    [SubstrateFact]
    public async Task A_runtime_that_keeps_the_cell_from_its_hub_is_refused_with_the_line_that_mends_it()
    {
        var fault = (
            await Should.ThrowAsync<CreelException>(async () => await Driver.StartAsync(Inside(Forever, "runsc-closed")))
        ).Fault;
        fault.Code.ShouldBe("oci-runtime-sockets");
        fault.Remedy!.ShouldContain("--host-uds=open");
    }
}
