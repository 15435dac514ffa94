using System.Diagnostics;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Tests.Linux;

/// <summary>
/// Which files are written with what, on a tree of plain files. That the kernel obeys is in the drivers' suite.
/// </summary>
public sealed class CgroupTests : IDisposable
{
    private static readonly ResourceLimits All = new(new Limit(64 << 20, true), new Limit(0.5, true), new Limit(32, true));

    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Version_2_enables_controllers_from_above_and_limits_the_leaf()
    {
        var unmet = new List<UnmetLimit>();
        var made = new CgroupV2(root, "creel", null).Make("cell", All, unmet);
        unmet.ShouldBeEmpty();
        made.ShouldBe([Path.Combine(root, "creel", "cell")]);
        Text("creel/cell/memory.max").ShouldBe("67108864");
        Text("creel/cell/pids.max").ShouldBe("32");
        Text("creel/cell/cpu.max").ShouldBe("50000 100000");
        Text("cgroup.subtree_control").ShouldContain("+cpu");
        Text("creel/cgroup.subtree_control").ShouldContain("+cpu");
        File.Exists(Path.Combine(root, "creel-serve", "cgroup.procs")).ShouldBeFalse();
    }

    [Fact]
    public void In_a_delegated_group_creel_itself_moves_to_a_leaf_first()
    {
        new CgroupV2(root, "creel", 4242).Make("cell", All, new List<UnmetLimit>());
        Text("creel-serve/cgroup.procs").ShouldBe("4242");
    }

    [Fact]
    public void A_controller_that_can_not_be_enabled_leaves_its_limit_unmet()
    {
        Directory.CreateDirectory(Path.Combine(root, "cgroup.subtree_control"));
        var unmet = new List<UnmetLimit>();
        new CgroupV2(root, "creel", null).Make("cell", All with { Cpu = null }, unmet).Count.ShouldBe(1);
        unmet.Select(limit => limit.Name).ShouldBe(["memory", "pids"]);
        unmet[0].Why.ShouldContain("cgroup.subtree_control");
    }

    [Fact]
    public void Version_1_limits_in_each_hierarchy_and_names_the_one_that_is_absent()
    {
        var mounts = new Dictionary<string, string>
        {
            ["memory"] = Path.Combine(root, "memory"),
            ["cpu"] = Path.Combine(root, "cpu"),
        };
        var unmet = new List<UnmetLimit>();
        var tree = new CgroupV1(mounts, "creel");
        tree.Make("cell", All, unmet).Count.ShouldBe(2);
        unmet.Single().Name.ShouldBe("pids");
        Text("memory/creel/cell/memory.limit_in_bytes").ShouldBe("67108864");
        Text("cpu/creel/cell/cpu.cfs_quota_us").ShouldBe("50000");
        tree.Cells().ShouldBe(["cell"]);
        tree.Existing("cell").Count.ShouldBe(2);
    }

    [Fact]
    public void The_tree_is_found_from_what_is_mounted_and_who_asks()
    {
        string[] hybrid =
        [
            "cgroup /c/memory cgroup rw,memory 0 0",
            "cgroup /c/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0",
            "cgroup2 /c/unified cgroup2 rw 0 0",
        ];
        Cgroups.Find(hybrid, [], root: true, "creel").ShouldBeOfType<CgroupV1>();
        Cgroups.Find(hybrid, [], root: false, "creel").ShouldBeOfType<NoCgroups>();
        Cgroups.Find(hybrid[2..], [], root: true, "creel").ShouldBeOfType<CgroupV2>();
        Cgroups.Find(["proc /proc proc rw 0 0", ""], [], root: true, "creel").ShouldBeOfType<NoCgroups>();
    }

    [Fact]
    public void An_ordinary_user_works_in_the_group_that_it_was_given_also_the_second_time()
    {
        foreach (var own in new[] { "0::/user.slice/app", "0::/user.slice/app/creel-serve" })
        {
            var delegated = Directory.CreateDirectory(Path.Combine(root, "user.slice", "app")).FullName;
            Cgroups
                .Find([$"cgroup2 {root} cgroup2 rw 0 0"], [own], root: false, "creel")
                .Make("cell", All, new List<UnmetLimit>())
                .ShouldBe([Path.Combine(delegated, "creel", "cell")]);
        }
    }

    [RootFact]
    public async Task A_group_of_version_2_is_emptied_by_the_kernel_and_removed()
    {
        var mount = KernelFile
            .Lines("/proc/self/mounts")
            .Select(line => line.Split(' '))
            .FirstOrDefault(fields => fields[2] == "cgroup2");
        if (mount is null)
        {
            return;
        }

        var unmet = new List<UnmetLimit>();
        var made = new CgroupV2(mount[1], "creel-suite", null).Make(
            $"test-{Environment.ProcessId}",
            ResourceLimits.Unlimited,
            unmet
        );
        using var shell = Process.Start(
            "sh",
            ["-c", "echo $$ >\"$0/cgroup.procs\"; setsid sleep 1000 & exec sleep 1000", made.Single()]
        );
        await Eventually.Until(() => CellCgroup.Members(made[0]).Count == 2);
        await CellCgroup.KillAsync(made, TimeSpan.FromSeconds(20), TimeProvider.System);
        CellCgroup.Members(made[0]).ShouldBeEmpty();
        await Eventually.Until(() => CellCgroup.Remove(made));
    }

    [Theory]
    [InlineData(64 << 20, "64m")]
    [InlineData(1 << 30, "1g")]
    [InlineData(1500, "1500b")]
    [InlineData(1536 * 1024, "1536k")]
    public void A_size_is_said_in_the_largest_unit_that_divides_it(double bytes, string words) =>
        LimitText.Size(bytes).ShouldBe(words);

    [Fact]
    public void A_quota_below_what_the_kernel_takes_is_the_least() =>
        KernelFile.CpuQuota(new Limit(0.001, true)).ShouldBe("1000");

    private string Text(string path) => File.ReadAllText(Path.Combine(root, path));
}
