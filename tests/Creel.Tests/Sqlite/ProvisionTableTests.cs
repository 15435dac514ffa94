using System.Collections.Immutable;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Sqlite;

public class ProvisionTableTests
{
    private static readonly ProvisionRecord Bart = new()
    {
        Gateway = "prod",
        Id = "mc-bart",
        Agent = AgentId.Parse("bart"),
        Session = "agent:mc-bart:main",
        Made = true,
        First = false,
        Wake = WakeReason.Updated,
        Owed = ProvisionAsks.Overwrite | ProvisionAsks.RotateToken,
        Standing = Standing.Provisioned,
        Error = new Fault(FaultKind.TooMany, "gateway-rate", "later", "wait"),
        Attempts = 3,
        NextTry = DateTimeOffset.UnixEpoch.AddDays(2),
        Files = ImmutableSortedDictionary<string, FileRecord>
            .Empty.WithComparers(StringComparer.Ordinal)
            .Add(
                "USER.md",
                new FileRecord
                {
                    Written = "ab",
                    Base = "# Ma\0rge",
                    There = "cd",
                    Size = 7,
                    UpdatedAtMs = 8,
                }
            ),
    };

    [Fact]
    public async Task What_was_provisioned_is_known_after_a_restart_and_forgotten_when_it_is_gone()
    {
        using var folder = new StoreFolder();
        await using (var store = await folder.OpenAsync())
        {
            await store.Provisions.PutAsync(Bart with { Attempts = 1 });
            await store.Provisions.PutAsync(Bart);
            await store.Provisions.PutAsync(Bart with { Gateway = null });
        }

        await using var again = await folder.OpenAsync();
        var all = await again.Provisions.ListAsync();
        all.Select(r => r.Gateway).ShouldBe([null, "prod"]);
        (all[1] with { Files = Bart.Files }).ShouldBe(Bart);
        all[1].Files.ShouldBe(Bart.Files);
        all[1].Files.KeyComparer.ShouldBe(StringComparer.Ordinal);

        await again.Provisions.RemoveAsync(null, "mc-bart");
        await again.Provisions.RemoveAsync(null, "mc-bart");
        (await again.Provisions.ListAsync()).Single().Gateway.ShouldBe("prod");
    }

    [Fact]
    public async Task A_database_from_before_gets_the_table_and_keeps_the_rest()
    {
        using var folder = new StoreFolder();
        await using (var store = await folder.OpenAsync())
        {
            await StoreFolder.AddAsync(store);
        }

        folder.GoBack(7);

        await using var again = await folder.OpenAsync();
        await again.Provisions.PutAsync(Bart);
        (await again.Provisions.ListAsync()).Count.ShouldBe(1);
        (await again.Tasks.ListAsync(Core.Work.TaskQuery.Unfinished(null))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_base_that_is_too_long_is_not_kept()
    {
        using var folder = new StoreFolder();
        await using var store = await folder.OpenAsync();
        var longest = new FileRecord { Base = new string('x', IProvisionStore.LongestBase) };
        await store.Provisions.PutAsync(Bart with { Files = Bart.Files.SetItem("USER.md", longest) });

        var longer = longest with { Base = longest.Base + "x" };
        var put = store.Provisions.PutAsync(Bart with { Files = Bart.Files.SetItem("USER.md", longer) });

        (await Should.ThrowAsync<CreelException>(() => put.AsTask())).Fault.Code.ShouldBe("base-size");
    }
}
