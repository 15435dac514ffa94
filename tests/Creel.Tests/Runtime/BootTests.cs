using Creel.Runtime.Journals;

namespace Creel.Tests.Runtime;

public sealed class BootTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_boot_is_known_by_the_kernels_name_for_it()
    {
        Directory.CreateDirectory(folder["sys/kernel/random"]);
        File.WriteAllText(folder["sys/kernel/random/boot_id"], "1-2-3\n");
        File.WriteAllText(folder["stat"], "cpu 1 2\nbtime 1795279821\n");
        Boot.Name(folder.Path).ShouldBe("1-2-3");
    }

    [Fact]
    public void Without_one_by_when_it_started()
    {
        File.WriteAllText(folder["stat"], "cpu 1 2\nbtime 1795279821\n");
        Boot.Name(folder.Path).ShouldBe("since-1795279821");
    }

    [Fact]
    public void And_where_nothing_tells_every_start_is_another()
    {
        Boot.Name(folder.Path).ShouldNotBe(Boot.Name(folder.Path));
    }
}
