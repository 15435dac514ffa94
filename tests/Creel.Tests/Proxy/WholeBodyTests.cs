using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Routes;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

public class WholeBodyTests
{
    private readonly Cell cell = new(
        new CellOrders { Cell = new CellId(ProxyServer.Bart), Group = GroupId.Parse("bart") },
        TimeProvider.System
    );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(1_000_003)]
    public async Task A_body_is_read_whole_whether_its_length_is_known_or_not(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        foreach (var known in (bool[])[true, false])
        {
            using var body = new WholeBody(cell, new ByteRoom(ByteRoom.OfAll));
            (await body.ReadAsync(Request(bytes, known), 2_000_000, default)).ShouldBeNull();
            body.Bytes.ToArray().ShouldBe(bytes);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_byte_more_than_the_limit_is_too_much(bool known)
    {
        using var body = new WholeBody(cell, new ByteRoom(ByteRoom.OfAll));
        (await body.ReadAsync(Request(new byte[50_000], known), 50_000, default)).ShouldBeNull();
        using var more = new WholeBody(cell, new ByteRoom(ByteRoom.OfAll));
        (await more.ReadAsync(Request(new byte[50_001], known), 50_000, default)).ShouldBe(413);
    }

    [Fact]
    public async Task Room_is_taken_and_given_back()
    {
        var all = new ByteRoom(600_000);
        using (var first = new WholeBody(cell, all))
        {
            (await first.ReadAsync(Request(new byte[500_000], true), 1_000_000, default)).ShouldBeNull();
            using var second = new WholeBody(cell, all);
            (await second.ReadAsync(Request(new byte[500_000], true), 1_000_000, default)).ShouldBe(429);
        }

        all.TryTake(600_000).ShouldBeTrue();
        cell.Room.TryTake(ByteRoom.OfACell).ShouldBeTrue();
        using var full = new WholeBody(cell, new ByteRoom(ByteRoom.OfAll));
        (await full.ReadAsync(Request(new byte[10], true), 1_000_000, default)).ShouldBe(429);
    }

    private static HttpRequest Request(byte[] bytes, bool known)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(bytes);
        request.ContentLength = known ? bytes.Length : null;
        return request;
    }
}
