using Creel.Adapters.Linux;

namespace Creel.Tests.Linux;

public sealed class KernelLogTests
{
    private static readonly string[] Records =
    [
        "6,100,1000000,-;something else of cafe",
        "6,101,5000000,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/docker/cafe,task_memcg=/docker/cafe,task=perl",
        "odd",
    ];

    [Fact]
    public void A_kill_of_this_group_counts_where_it_was_just_now()
    {
        KernelLog.OutOfMemoryIn(Records, "cafe", TimeSpan.FromSeconds(4)).ShouldBeTrue();
        KernelLog.OutOfMemoryIn(Records, "cafe", TimeSpan.FromSeconds(6)).ShouldBeFalse("it was before");
        KernelLog.OutOfMemoryIn(Records, "beef", TimeSpan.Zero).ShouldBeFalse("it was another's");
    }
}
