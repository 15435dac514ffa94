using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Tests.Cells;

namespace Creel.Tests.Linux;

/// <summary>What a probe says that does not start: its folder is gone when somebody reads it.</summary>
public class ProbeCellTests
{
    [Fact]
    public async Task A_probe_that_does_not_start_tells_its_logs_last_line_and_no_file_that_is_gone()
    {
        var fault = await FaultAsync(spec =>
        {
            File.WriteAllText(Path.Combine(spec.Folder, "log"), "first\nbwrap: no such thing\n\n");
            return StartFailure.Explain(spec.Id, "", Path.Combine(spec.Folder, "log"));
        });

        fault.Message.ShouldEndWith("said nothing: bwrap: no such thing");
        fault.Remedy.ShouldBeNull();
    }

    [Fact]
    public async Task A_remedy_that_is_a_command_stays()
    {
        var fault = await FaultAsync(spec =>
            StartFailure.Explain(spec.Id, "Creating new namespace failed", Path.Combine(spec.Folder, "log"))
        );

        fault.Remedy.ShouldBe(StartFailure.UserNamespaces);
    }

    private static async Task<Fault> FaultAsync(Func<CellSpec, Fault> fail)
    {
        var driver = new MockDriver(() => new CrashPoint()) { Starting = (spec, _) => throw new CreelException(fail(spec)) };
        var probe = ProbeCell.RunAsync(
            driver,
            new LinuxOptions(Path.GetTempPath()),
            NetworkMode.None,
            "#!/bin/sh\n",
            new Dictionary<int, string>(),
            default
        );
        return (await Should.ThrowAsync<CreelException>(probe)).Fault;
    }
}
