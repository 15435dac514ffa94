using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>By which a file is known to be as it was: a wrong size or time is a change that nobody sees.</summary>
public sealed class RememberingTests
{
    private static readonly GatewayFileStamp Before = new(9, 100);
    private static readonly GatewayFile Listed = new("SOUL.md", Missing: false, 7, 200);

    private static readonly ProvisionRecord Record = new()
    {
        Gateway = "prod",
        Id = "mc-bart",
        Agent = AgentId.Parse("bart"),
        Files = System.Collections.Immutable.ImmutableSortedDictionary<string, FileRecord>.Empty.Add(
            "SOUL.md",
            new FileRecord
            {
                There = TextDigest.Of("before"),
                Size = Before.Size,
                UpdatedAtMs = Before.UpdatedAtMs,
                Refused = "x",
            }
        ),
    };

    [Fact]
    public void What_was_written_is_not_known_by_what_stood_there_before()
    {
        var file = Remembering.Written(Record, "SOUL.md", "# soul", "# soul").Files["SOUL.md"];

        Record.Files["SOUL.md"].IsAsSeen(Before).ShouldBeTrue();
        file.ShouldBe(new FileRecord { Written = TextDigest.Of("# soul"), There = TextDigest.Of("# soul") });
        file.IsAsSeen(Before).ShouldBeFalse();
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void What_was_written_is_known_by_how_it_is_listed_then_where_that_is_ours(long bytes, bool known)
    {
        var written = Remembering.Written(Record, "SOUL.md", "# soul", "# soul");

        var file = Remembering.Listed(written, "SOUL.md", Listed, bytes).Files["SOUL.md"];

        (file.Size, file.UpdatedAtMs).ShouldBe(known ? (7, 200) : ((long?)null, (long?)null));
        file.IsAsSeen(new GatewayFileStamp(7, 200)).ShouldBe(known);
    }

    [Fact]
    public void What_was_read_is_known_by_how_it_was_listed_then()
    {
        var desired = LifecycleWorld.Agent("bart", ("SOUL.md", "# soul"));
        var there = new ObservedAgent(
            "mc-bart",
            default,
            new Dictionary<string, ObservedFile> { ["SOUL.md"] = new(Listed, "theirs!") }
        );

        var file = Remembering.Seen(Record, desired, there).Files["SOUL.md"];

        (file.There, file.Size, file.UpdatedAtMs).ShouldBe((TextDigest.Of("theirs!"), 7, 200));
    }
}
