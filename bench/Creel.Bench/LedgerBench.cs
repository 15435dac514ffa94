using System.Diagnostics;
using System.Globalization;
using System.Text;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Bench;

/// <summary>What the book adds to a call: reading the request, reserving, metering the answer, settling, writing it down.</summary>
internal static class LedgerBench
{
    private const int Calls = 100_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("creel-ledger-").FullName;
        try
        {
            await using var book = MoneyBook.Open(Path.Combine(folder, "ledger.db"), TimeProvider.System);
            var group = GroupId.Parse("bart");
            var budget = new Budget(Money.Dollars(1_000_000), new Window(WindowKind.Day));
            await book.ConfigureAsync([
                new PurseBudgets(PurseId.Habitat, [budget]),
                new PurseBudgets(new PurseId(group), [budget]),
            ]);
            var calls = new CallBook(book, TimeProvider.System, NullLogger.Instance);
            await ManyAsync(calls, group, Calls / 5, []);

            var waits = new double[Calls];
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            await ManyAsync(calls, group, Calls, waits);
            await book.FlushAsync();
            var wall = watch.Elapsed;
            Process.GetCurrentProcess().Refresh();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime - before;
            return
            [
                new Figure("processor a call, all threads", cpu.TotalMicroseconds / Calls, "µs"),
                new Figure("calls through the book", Calls / wall.TotalSeconds, "/s"),
                new Figure("until a call may go, p50", 1000 * waits.Percentile(50), "µs"),
                new Figure("until a call may go, p99", 1000 * waits.Percentile(99), "µs"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ManyAsync(CallBook calls, GroupId group, int count, double[] waits)
    {
        var prompt = new string('x', 900);
        var body = Encoding.UTF8.GetBytes(
            $$"""{"model":"claude-haiku-4-5","max_tokens":500,"stream":false,"messages":[{"role":"user","content":"{{prompt}}"}]}"""
        );
        byte[] answer =
        [
            .. """{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"Hello there, """u8,
            .. Encoding.UTF8.GetBytes(new string('y', 250)),
            .. "\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":240,\"output_tokens\":80}}"u8,
        ];
        var dialect = new AnthropicDialect();
        var terms = new CallTerms("anthropic");
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(OneAsync)));

        async Task OneAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count; )
            {
                var from = Stopwatch.GetTimestamp();
                var request = new CallRequest(new CellId("00000000"), group, null, "POST", "/v1/messages", body);
                var admission = await calls.AdmitAsync(request, terms, dialect);
                if (waits.Length > 0)
                {
                    waits[i] = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
                }

                var call = admission is Admission.Goes goes
                    ? goes.Meter
                    : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"call {i} was refused"));
                call.Begin(200, "application/json", null);
                call.Pass(answer);
                call.End();
                call.Close(CallOutcome.Completed);
            }
        }
    }
}
