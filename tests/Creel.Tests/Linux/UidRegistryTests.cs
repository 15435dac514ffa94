using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Policy;

namespace Creel.Tests.Linux;

public sealed class UidRegistryTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_home_finds_its_range_again_and_shares_it_with_nobody()
    {
        var homes = Enumerable.Range(0, 10).Select(i => Home($"home {i}")).ToList();
        var firsts = await Task.WhenAll(homes.Select(home => Task.Run(async () => (await ClaimAsync(home)).First)));

        firsts.Distinct().Count().ShouldBe(homes.Count);
        firsts.Order().ShouldBe(Enumerable.Range(0, 10).Select(i => UidRanges.First + (i * UidRanges.Size)));
        foreach (var (home, first) in homes.Zip(firsts))
        {
            (await ClaimAsync(home)).ShouldBe((first, null));
        }
    }

    [Fact]
    public async Task A_range_of_a_home_that_is_gone_is_taken_last_of_all_and_then_there_are_no_more()
    {
        var gone = Home("gone");
        var first = (await ClaimAsync(gone)).First;
        Directory.Delete(gone);
        for (var i = 1; i < UidRanges.Most; i++)
        {
            (await ClaimAsync(Home($"{i}"))).First.ShouldNotBe(first);
        }

        (await ClaimAsync(Home("late"))).First.ShouldBe(first);
        var refusal = await Should.ThrowAsync<CreelException>(() => ClaimAsync(Home("too late")));
        refusal.Fault.Code.ShouldBe("uid-ranges");
        refusal.Message.ShouldContain("taken");
    }

    [Fact]
    public async Task A_home_that_is_only_not_mounted_keeps_its_range()
    {
        var mounts = Path.Combine(root, "mountinfo");
        var disk = Path.Combine(root, "my disk");
        var home = Directory.CreateDirectory(Path.Combine(disk, "home")).FullName;
        var without = "21 1 0:1 / / rw - ext4 /dev/root rw\n";
        var with = without + $"22 21 0:2 / {disk.Replace(" ", "\\040")} rw shared:1 - ext4 /dev/disk rw\n";
        await File.WriteAllTextAsync(mounts, with);
        var first = (await ClaimAsync(home, mounts)).First;
        for (var i = 1; i < UidRanges.Most; i++)
        {
            await ClaimAsync(Home($"{i}"), mounts);
        }

        Directory.Delete(home);
        foreach (var table in new[] { without, with.Replace("/dev/disk", "/dev/another") })
        {
            await File.WriteAllTextAsync(mounts, table);
            (await Should.ThrowAsync<CreelException>(() => ClaimAsync(Home("late"), mounts))).Fault.Code.ShouldBe("uid-ranges");
        }

        await File.WriteAllTextAsync(mounts, with);
        (await ClaimAsync(Home("late"), mounts)).First.ShouldBe(first, "there it is seen to be deleted");

        Task<(int First, string? Warning)> ClaimAsync(string of, string table) =>
            new UidRegistry(Path.Combine(root, "book"), Path.Combine(root, "no-subuid")) { MountTable = table }.ClaimAsync(
                of,
                TimeProvider.System,
                CancellationToken.None
            );
    }

    [Fact]
    public async Task A_line_without_its_file_system_counts_as_gone_only_where_its_parent_is_there()
    {
        Directory.CreateDirectory(Path.Combine(root, "book"));
        var lines = Enumerable
            .Range(0, UidRanges.Most)
            .Select(i => $"{UidRanges.First + i * UidRanges.Size} {root}/{(i == 7 ? "gone" : "not/there")}");
        await File.WriteAllLinesAsync(Path.Combine(root, "book", "ranges"), lines);

        (await ClaimAsync(Home("new"))).First.ShouldBe(UidRanges.First + 7 * UidRanges.Size);
        await Should.ThrowAsync<CreelException>(() => ClaimAsync(Home("newer")));
    }

    [Fact]
    public async Task Uids_that_somebody_else_hands_out_are_left_alone_and_warned_about_when_they_come_later()
    {
        var subuid = Path.Combine(root, "subuid");
        await File.WriteAllTextAsync(subuid, "# comment\nlxd:729999:1\nnobody\n");
        var home = Home("home");
        (await ClaimAsync(home, subuid)).ShouldBe((730_000, null));

        await File.WriteAllTextAsync(subuid, "lxd:100000:65536\nlxd:700000:30001\n");
        var (again, warning) = await ClaimAsync(home, subuid);
        again.ShouldBe(730_000);
        warning.ShouldNotBeNull().ShouldContain("lxd");
    }

    private string Home(string name) => Directory.CreateDirectory(Path.Combine(root, "homes", name)).FullName;

    private Task<(int First, string? Warning)> ClaimAsync(string home, params string[] elsewhere) =>
        new UidRegistry(Path.Combine(root, "book"), elsewhere is [] ? [Path.Combine(root, "no-subuid")] : elsewhere).ClaimAsync(
            home,
            TimeProvider.System,
            CancellationToken.None
        );
}
