using Creel.Core;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

public class CellUsersTests
{
    private const int First = 700_000;

    private readonly MockDisk disk = new(() => new CrashPoint());

    [Fact]
    public void A_workspace_that_is_there_decides() => Choose([], [("/w/bart", First + 7)], []).ShouldBe(7);

    [Fact]
    public void Unless_another_cell_has_its_place() => Choose([7], [("/w/bart", First + 7)], []).ShouldBe(0);

    [Fact]
    public void A_new_cell_never_inherits_what_another_left_behind() =>
        Choose([0, 2], [], [("/w/old", First + 1), ("/w/older", First + 3)]).ShouldBe(4);

    [Fact]
    public void Who_is_not_of_the_range_decides_nothing() =>
        Choose([], [("/w/bart", 0), ("/w/lisa", First + CellUsers.RangeSize)], []).ShouldBe(0);

    [Fact]
    public void A_place_is_a_uid_and_a_gid_of_its_own() =>
        new CellUsers(First, disk).At(3).ShouldBe(new Core.Isolation.CellUser(First + 3, First + 3));

    [Fact]
    public void When_every_place_is_taken_that_is_said() =>
        Should
            .Throw<CreelException>(() => Choose([.. Enumerable.Range(0, CellUsers.RangeSize)], [], []))
            .Fault.Code.ShouldBe("uids-used-up");

    private int Choose(int[] taken, (string Folder, int Owner)[] own, (string Folder, int Owner)[] left)
    {
        foreach (var (folder, owner) in own.Concat(left))
        {
            disk.Folders[folder] = owner;
        }

        return new CellUsers(First, disk).Choose(taken.ToHashSet(), own.Select(f => f.Folder), left.Select(f => f.Folder));
    }
}
