using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Tests.Linux;

public sealed class CgroupUsageTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Version_2_has_all_in_one_folder()
    {
        Write("c/memory.current", "5000\n");
        Write("c/memory.stat", "anon 3000\ninactive_file 1000\n");
        Write("c/cpu.stat", "usage_usec 2500000\nuser_usec 1\n");
        Write("c/pids.current", "4\n");

        Of("c").ShouldBe(new CellUsage(4000, TimeSpan.FromSeconds(2.5), 4));
    }

    [Fact]
    public void Version_1_has_a_folder_for_each_controller()
    {
        Write("m/memory.usage_in_bytes", "5000\n");
        Write("m/memory.stat", "inactive_file 7\ntotal_inactive_file 1000\n");
        Write("a/cpuacct.usage", "2500000000\n");
        Write("p/pids.current", "4\n");

        Of("m", "a", "p").ShouldBe(new CellUsage(4000, TimeSpan.FromSeconds(2.5), 4));
    }

    [Fact]
    public void What_is_not_counted_is_absent()
    {
        Write("p/pids.current", "4\n");

        Of("p").ShouldBe(new CellUsage(null, null, 4));
        Of("gone").ShouldBeNull();
        CgroupUsage.Of([]).ShouldBeNull();
    }

    private CellUsage? Of(params string[] folders) => CgroupUsage.Of([.. folders.Select(f => Path.Combine(root, f))]);

    private void Write(string path, string text)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
