using Creel.Adapters.Linux;

namespace Creel.Tests.Linux;

public sealed class ProcessGroupsTests
{
    private static readonly string[] Hybrid =
    [
        "30 25 0:26 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory",
        "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "32 25 0:28 /docker/a /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
        "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
        "34 25 0:30 / /home rw - ext4 /dev/vda rw",
    ];

    [Fact]
    public void Each_hierarchy_is_found_where_it_is_mounted() =>
        ProcessGroups
            .Of(
                [
                    "5:memory:/docker/a",
                    "4:cpu,cpuacct:/docker/a",
                    "3:pids:/docker/a/b",
                    "0::/docker/a",
                    "2:name=systemd:/x",
                    "odd",
                ],
                Hybrid
            )
            .ShouldBe([
                "/sys/fs/cgroup/memory/docker/a",
                "/sys/fs/cgroup/cpu,cpuacct/docker/a",
                "/sys/fs/cgroup/pids/b",
                "/sys/fs/cgroup/unified/docker/a",
            ]);

    [Fact]
    public void What_lies_outside_of_the_part_that_is_seen_has_no_folder() =>
        ProcessGroups.Of(["3:pids:/elsewhere"], Hybrid).ShouldBeEmpty();

    [Fact]
    public void A_process_that_is_gone_has_none() => ProcessGroups.Of(int.MaxValue).ShouldBeEmpty();
}
