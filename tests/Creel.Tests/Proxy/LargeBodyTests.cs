using System.Net;
using System.Text;
using Creel.Proxy.Doors;
using Creel.Proxy.Routes;

namespace Creel.Tests.Proxy;

/// <summary>Bodies that take long to read hold up nobody but who sends them.</summary>
public class LargeBodyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task They_are_read_beside_the_caller_one_at_a_time_for_a_cell_and_two_in_all()
    {
        var large = new LargeBodies();
        var (a, b, c) = (NewCell(), NewCell(), NewCell());
        using var go = new ManualResetEventSlim();
        var under = 0;
        ValueTask<bool> Slow()
        {
            Interlocked.Increment(ref under);
            return new(go.Wait(Patience));
        }

        Task<bool> Read(Cell cell, CancellationToken cancel = default) =>
            large.ReadAsync(cell, LargeBodies.Above + 1, Slow, cancel).AsTask();

        using var left = new CancellationTokenSource();
        Task<bool>[] all = [Read(a), Read(a), Read(b), Read(c)];
        var gone = Read(c, left.Token);
        await Eventually.Until(() => Volatile.Read(ref under) == 2);
        all.ShouldAllBe(task => !task.IsCompleted);
        (await large.ReadAsync(a, LargeBodies.Above, () => new ValueTask<int>(7), default)).ShouldBe(7);
        await left.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        Volatile.Read(ref under).ShouldBe(2);
        go.Set();
        (await Task.WhenAll(all)).ShouldAllBe(done => done);
        under.ShouldBe(4);
        (await Read(c)).ShouldBeTrue();
    }

    [Fact]
    public async Task While_one_is_read_another_cells_call_is_answered()
    {
        using var go = new ManualResetEventSlim();
        var under = 0;
        var book = new RecordingBook();
        book.Body = body =>
        {
            if (body.Length > LargeBodies.Above)
            {
                Interlocked.Increment(ref under);
                go.Wait(Patience);
            }

            return body;
        };
        await using var proxy = await ProxyServer.StartAsync(book: book);
        await using var provider = await proxy.ProviderAsync();
        using var bart = proxy.Cell();
        using var lisa = proxy.Cell(ProxyServer.Lisa);
        var prompt = $$"""{"model":"m","x":"{{new string('x', 300 * 1024)}}"}""";
        Task<HttpResponseMessage>[] held = [.. Enumerable.Range(0, 4).Select(_ => PostAsync(bart, prompt))];
        await Eventually.Until(() => Volatile.Read(ref under) > 0);

        using var refused = await PostAsync(lisa, Complex(33 * 1024 * 1024));
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("request_too_large");
        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("body-too-complex");
        (await PostAsync(lisa, """{"model":"m"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        held.ShouldAllBe(task => !task.IsCompleted);
        Volatile.Read(ref under).ShouldBe(1);

        go.Set();
        foreach (var answer in await Task.WhenAll(held))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData(CallPeek.MostTokens, false)]
    [InlineData(CallPeek.MostTokens + 1, true)]
    public void What_is_in_one_is_counted(int tokens, bool tooComplex)
    {
        var numbers = string.Join(',', Enumerable.Repeat('1', tokens - 7));
        CallPeek
            .Read(Encoding.UTF8.GetBytes($$"""{"model":"m","x":[{{numbers}}]}"""))
            .ShouldBe(new CallPeek(tooComplex ? null : "m", tooComplex));
    }

    [Fact]
    public void Looking_into_one_takes_no_memory()
    {
        var body = Encoding.UTF8.GetBytes(Complex(33 * 1024 * 1024));
        CallPeek.Read("{}"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CallPeek.Read(body)!.TooComplex.ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 * 1024);
    }

    private static Cell NewCell() => new(ProxyServer.Orders.Cells[0], TimeProvider.System);

    private static string Complex(int bytes) =>
        $$"""{"model":"m","input":[{{new StringBuilder(bytes).Insert(0, "{},", bytes / 3)}}{}]}""";

    private static Task<HttpResponseMessage> PostAsync(HttpClient cell, string body) =>
        cell.PostAsync("/anthropic/v1/messages", new StringContent(body));
}
