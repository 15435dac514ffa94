using System.Diagnostics;
using Creel.Adapters.Host;
using Creel.Adapters.Linux;

namespace Creel.Tests.Host;

public sealed class HostProcessesTests
{
    [Fact]
    public async Task A_process_that_left_its_session_is_known_by_its_mark_and_no_other_is()
    {
        var mark = Guid.NewGuid().ToString("N");
        using var marked = Start(mark);
        using var another = Start(mark + "0");
        try
        {
            var nobody = new ProcessIdentity(0, 0, ProcessIdentity.CurrentBoot);
            var handle = new LinuxHandle(nobody, null, [], "/nowhere", null, null, mark);
            await Eventually.Until(() => HostProcesses.Of(handle).Count > 0);
            HostProcesses.Of(handle).ShouldBe([marked.Id]);
            HostProcesses.Of(handle with { Child = nobody with { BootId = "earlier" } }).ShouldBeEmpty();
        }
        finally
        {
            marked.Kill();
            another.Kill();
        }
    }

    [Fact]
    public async Task Children_and_the_session_of_the_first_program_are_its_own()
    {
        using var parent = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", "sleep 1000 & setsid sleep 1000 & wait"]));
        var handle = new LinuxHandle(ProcessIdentity.Of(parent!.Id)!, null, [], "/nowhere", null, null, "none");
        await Eventually.Until(() => HostProcesses.Of(handle).Count == 3);
        HostProcesses.Of(handle).ShouldContain(parent.Id);
        await ProcessKill.AllAsync(HostProcesses.Of(handle), () => HostProcesses.Of(handle), TimeProvider.System);
        await Eventually.Until(() => ProcStat.All().Count(stat => stat.Parent == parent.Id && stat.State != 'Z') == 0);
    }

    private static Process Start(string mark)
    {
        var info = new ProcessStartInfo("setsid", ["sleep", "1000"]);
        info.Environment[HostProcesses.Mark] = mark;
        return Process.Start(info)!;
    }
}
