using System.Runtime.CompilerServices;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Cells;
using Creel.Server.Cells.Trials;

namespace Creel.Tests.Cells;

/// <summary>What a cell says of its own trial may be anything: it costs this cell its rows, and the trial never.</summary>
public sealed class LyingCellTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);
    private static readonly Cell Cell = new(
        new CellRecord(new CellId("0123abcd"), GroupId.Parse("bart"), "docker", "", 0, null, false)
    );

    [Fact]
    public async Task Of_a_decoy_that_tells_no_addresses_there_are_none()
    {
        await using var decoys = new Decoys();
        decoys.Add(await StandAsync(["{\"Uid\":1,\"Port\":2}", "{\"uid\":1,\"port\":2}"], Late));
        decoys.For(new Cell(Cell.Record))!.Facts.Addresses.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_what_a_decoy_tells_only_addresses_are_believed()
    {
        await using var decoy = await StandAsync(
            ["junk", "[]", "{\"uid\":1,\"port\":2,\"addresses\":[\"10.0.0.1\",\"; rm\",null,\"::1\"]}"],
            Late
        );
        decoy!.Facts.Addresses.ShouldBe(["10.0.0.1"]);
    }

    [Fact]
    public async Task A_decoy_that_says_nothing_or_never_stops_is_none()
    {
        (await CellDecoy.StandAsync(Cell, (_, _, cancel) => Silence(cancel), Soon, default)).ShouldBeNull();
        (await CellDecoy.StandAsync(Cell, (_, _, _) => Endless("junk"), Soon, default)).ShouldBeNull();
        (await CellDecoy.StandAsync(Cell, (_, _, _) => Offline(), Late, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Rows_that_were_not_asked_for_are_no_rows_and_renew_no_patience()
    {
        string[] lines =
        [
            "{}",
            "null",
            "{\"id\":\"b\",\"held\":true,\"evidence\":\"\"}",
            "{\"id\":\"a\",\"held\":true}",
            "{\"id\":\"a\",\"held\":false,\"evidence\":\"again\"}",
        ];
        (await RowsAsync(_ => Lines(lines), Late)).ShouldBe(["a True "]);
        (await RowsAsync(_ => Endless("{\"id\":\"c\",\"held\":true,\"evidence\":\"\"}"), Late)).ShouldBeEmpty();
        (await RowsAsync(Silence, Soon)).ShouldBeEmpty();
        (await RowsAsync(_ => Offline(), Late)).ShouldBeEmpty();
    }

    [Fact]
    public void The_kernels_own_table_tells_a_networks_addresses() =>
        NetworkAddresses
            .Of([
                "Main:",
                "  +-- 0.0.0.0/0 3 0 5",
                "     |-- 0.0.0.0",
                "        /0 universe UNICAST",
                "Local:",
                "     +-- 10.213.1.0/28 2 0 2",
                "        |-- 10.213.1.2",
                "           /32 host LOCAL",
                "        |-- 10.213.1.15",
                "           /32 link BROADCAST",
                "        |-- 127.0.0.1",
                "           /32 host LOCAL",
            ])
            .ShouldBe(["10.213.1.2"]);

    private static Task<CellDecoy?> StandAsync(string[] lines, TimeSpan patience) =>
        CellDecoy.StandAsync(Cell, (_, _, _) => Lines(lines), patience, default);

    private static async Task<List<string>> RowsAsync(Func<CancellationToken, IAsyncEnumerable<string>> begin, TimeSpan each)
    {
        var rows = new List<string>();
        await foreach (var row in new TrialRows(each, Late).ReadAsync(begin, ["a", "z"], default))
        {
            rows.Add($"{row.Id} {row.Held} {row.Evidence}");
        }

        return rows;
    }

    private static async IAsyncEnumerable<string> Lines(string[] lines)
    {
        foreach (var line in lines)
        {
            await Task.Yield();
            yield return line;
        }
    }

    private static async IAsyncEnumerable<string> Endless(string line)
    {
        while (true)
        {
            await Task.Yield();
            yield return line;
        }
    }

    private static async IAsyncEnumerable<string> Silence([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        yield return "";
    }

    private static async IAsyncEnumerable<string> Offline()
    {
        await Task.Yield();
        throw new CreelException(Fault.Unavailable("cell-offline", "gone"));
#pragma warning disable CS0162 // It is an iterator by this line alone.
        yield return "";
#pragma warning restore CS0162
    }
}
