using System.Text;
using Creel.Adapters.Docker;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Docker;

public sealed class ContainerLogTests
{
    [Fact]
    public void Pieces_come_out_in_order_without_their_heads()
    {
        byte[] framed = [1, 0, 0, 0, 0, 0, 0, 3, .. "out"u8, 2, 0, 0, 0, 0, 0, 0, 4, .. "err\n"u8];
        Encoding.UTF8.GetString(ContainerLog.Plain(framed)).ShouldBe("outerr\n");
    }

    [Fact]
    public void A_piece_that_is_cut_off_counts_as_far_as_it_goes() =>
        ContainerLog.Plain([1, 0, 0, 0, 0, 0, 0, 9, 65]).ShouldBe([(byte)65]);

    [Fact]
    public void Whatever_comes_it_is_never_longer_than_what_came() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => ContainerLog.Plain(bytes).Length <= bytes.Length)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
}
