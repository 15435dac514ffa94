using Creel.Core.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Audit;

public class AuditWalkTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    [Fact]
    public void A_whole_chain_holds_and_its_head_is_the_last_hash()
    {
        var chain = Chain(5);
        Walk(chain, chain[^1]).ShouldBe(new AuditVerdict(5, Convert.ToHexStringLower(chain[^1].Hash.Span), null, null));
        Walk([], null, kept: 0).BrokenAt.ShouldBeNull();
    }

    [Fact]
    public void Fields_can_t_lend_each_other_their_letters()
    {
        var root = AuditChain.Root.Span;
        var links = new[]
        {
            new AuditEntry(Start, "ab", "c", "", "", null),
            new AuditEntry(Start, "a", "bc", "", "", null),
            new AuditEntry(Start, "abc", "", "", "", null),
            new AuditEntry(Start, "", "abc", "", "", null),
            new AuditEntry(Start, "", "abc", "", "", ""),
            new AuditEntry(Start.AddMilliseconds(1), "", "abc", "", "", ""),
        };
        var hashes = new HashSet<string>();
        foreach (var entry in links)
        {
            hashes.Add(Convert.ToHexString(AuditChain.Link(root, 1, entry))).ShouldBeTrue();
            hashes.Add(Convert.ToHexString(AuditChain.Link(root, 2, entry))).ShouldBeTrue();
        }
    }

    [Fact]
    public void Any_record_that_is_left_out_doubled_or_swapped_is_found_at_its_place()
    {
        var cases =
            from length in Gen.Choose(2, 30)
            from at in Gen.Choose(0, length - 2)
            from what in Gen.Choose(0, 2)
            select (length, at, what);
        Prop.ForAll(
                Arb.From(cases),
                drawn =>
                {
                    var chain = Chain(drawn.length);
                    var last = chain[^1];
                    var broken = drawn.at + 1;
                    switch (drawn.what)
                    {
                        case 0:
                            chain.RemoveAt(drawn.at);
                            break;
                        case 1:
                            chain.Insert(drawn.at, chain[drawn.at]);
                            break;
                        default:
                            (chain[drawn.at], chain[drawn.at + 1]) = (chain[drawn.at + 1], chain[drawn.at]);
                            break;
                    }

                    var verdict = Walk(chain, last);
                    verdict.Problem.ShouldNotBeNull();
                    verdict.BrokenAt.ShouldBe(broken);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_cut_at_the_end_shows_against_the_kept_head()
    {
        var chain = Chain(5);
        Walk(chain[..4], chain[4]).BrokenAt.ShouldBe(5);
        Walk(chain, chain[3]).BrokenAt.ShouldBe(5);
        var walk = new AuditWalk();
        walk.End(0, null).BrokenAt.ShouldBe(1);
    }

    private static AuditVerdict Walk(IEnumerable<AuditRecord> chain, AuditRecord? head, long? kept = null)
    {
        var walk = new AuditWalk();
        return chain.All(walk.Step)
            ? walk.End(kept ?? head!.Sequence, head?.Hash.ToArray() ?? AuditChain.Root.ToArray())
            : walk.Verdict;
    }

    private static List<AuditRecord> Chain(int length)
    {
        var chain = new List<AuditRecord>();
        var hash = AuditChain.Root.ToArray();
        for (var i = 1; i <= length; i++)
        {
            var entry = new AuditEntry(Start.AddSeconds(i), "admin", "task.submit", $"agent:{i % 3}", "ok");
            hash = AuditChain.Link(hash, i, entry);
            chain.Add(new AuditRecord(i, entry, hash));
        }

        return chain;
    }
}
