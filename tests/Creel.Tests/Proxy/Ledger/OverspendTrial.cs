using System.Globalization;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;
using Creel.Proxy.Prices;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Proxy.Ledger;

/// <summary>What came of a trial. Nobody holds more than the cap, and the book agrees with the bill where the provider counted.</summary>
/// <param name="Over">By how much the upstream's bill is above a cap, at worst; negative is what was left.</param>
/// <param name="Miscounted">Calls that came to their end and were charged otherwise than the upstream billed.</param>
/// <param name="Used">What share of the tightest cap was billed.</param>
internal sealed record OverspendResult(int Calls, int Completed, int Refused, int Kills, Money Over, int Miscounted, double Used);

/// <summary>
/// Many calls at once through the whole book, against an upstream that keeps its own count and bills what was cut off in full:
/// random prices, caps and sizes, streams and answers in one piece, clients that hang up, errors, clients that try again, and
/// a proxy that is killed and started again.
/// </summary>
internal sealed class OverspendTrial
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Random random;
    private readonly Random shared;
    private readonly string path;
    private readonly CallTerms anthropic;
    private readonly CallTerms openai;
    private readonly PurseBudgets[] purses;
    private readonly long[] billed;
    private readonly int calls;
    private readonly bool greedy;
    private readonly SemaphoreSlim killing = new(1);
    private MoneyBook book = null!;
    private int next;
    private int completed;
    private int refused;
    private int miscounted;
    private int kills;

    private OverspendTrial(int seed, string folder, int mostCalls)
    {
        (random, shared) = (new Random(seed), new Random(~seed));
        path = Path.Combine(folder, $"ledger-{seed.ToString(CultureInfo.InvariantCulture)}.db");
        calls = (int)Math.Pow(mostCalls, 1 - (random.NextDouble() * random.NextDouble()));
        greedy = random.Next(2) == 0;
        var prices = Prices();
        (anthropic, openai) = (new CallTerms("anthropic") { Prices = prices }, new CallTerms("openai") { Prices = prices });
        billed = new long[1 + random.Next(4)];
        purses =
        [
            new(PurseId.Habitat, [new Budget(Cap(), new Window(WindowKind.Total))]),
            .. billed.Select(
                (_, g) =>
                    new PurseBudgets(
                        new PurseId(Group(g)),
                        [new Budget(Cap(), new Window(WindowKind.Day)), new Budget(Cap(), Window.Rolling(TimeSpan.FromHours(3)))]
                    )
            ),
        ];
    }

    public static async Task<OverspendResult> RunAsync(int seed, string folder, int mostCalls)
    {
        var trial = new OverspendTrial(seed, folder, mostCalls);
        try
        {
            return await trial.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            foreach (var file in Directory.GetFiles(folder, Path.GetFileName(trial.path) + "*"))
            {
                File.Delete(file);
            }
        }
    }

    private async Task<OverspendResult> RunAsync()
    {
        await OpenAsync().ConfigureAwait(false);
        var killAt = Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(calls)).ToHashSet();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(calls, 1000)).Select(_ => Task.Run(() => ClientAsync(killAt))))
            .ConfigureAwait(false);
        await book.DisposeAsync().ConfigureAwait(false);
        var over = new Money(long.MinValue / 2);
        var used = 0.0;
        foreach (var purse in purses)
        {
            var bill = purse.Purse.Group is { } group
                ? new Money(billed[int.Parse(group.Value[1..], CultureInfo.InvariantCulture)])
                : new Money(billed.Sum());
            foreach (var budget in purse.Budgets)
            {
                over = Money.Max(over, bill - budget.Amount);
                used = Math.Max(used, (double)bill.Nanos / budget.Amount.Nanos);
            }
        }

        return new OverspendResult(calls, completed, refused, kills, over, miscounted, used);
    }

    private async Task OpenAsync()
    {
        var opened = MoneyBook.Open(path, new StandingTime());
        await opened.ConfigureAsync(purses).ConfigureAwait(false);
        Volatile.Write(ref book, opened);
    }

    private async Task KillAsync()
    {
        await killing.WaitAsync().ConfigureAwait(false);
        try
        {
            await book.AbandonAsync().ConfigureAwait(false);
            kills++;
            await OpenAsync().ConfigureAwait(false);
        }
        finally
        {
            killing.Release();
        }
    }

    /// <summary>One client: makes a call, and makes it again up to two times where an official client would.</summary>
    private async Task ClientAsync(HashSet<int> killAt)
    {
        for (int call; (call = Interlocked.Increment(ref next) - 1) < calls; )
        {
            if (killAt.Contains(call))
            {
                await KillAsync().ConfigureAwait(false);
            }

            Random mine;
            lock (shared)
            {
                mine = new Random(shared.Next());
            }

            for (var attempt = 0; attempt < 3 && await CallAsync(mine).ConfigureAwait(false); attempt++)
            {
                // Where the proxy is just being killed, until it is up again.
                await killing.WaitAsync().ConfigureAwait(false);
                killing.Release();
            }
        }
    }

    /// <summary>True where a client would try again.</summary>
    private async Task<bool> CallAsync(Random mine)
    {
        var now = Volatile.Read(ref book);
        var group = mine.Next(billed.Length);
        var isAnthropic = mine.Next(2) == 0;
        var streams = mine.Next(2) == 0;
        var limit = (int)Math.Pow(4000, mine.NextDouble());
        var answers = isAnthropic ? 1 : mine.Next(1, 4);
        var body = Encoding.UTF8.GetBytes(
            $$"""{"model":"m{{mine.Next(3)}}","max_tokens":{{limit}},"stream":{{(streams ? "true" : "false")}}"""
                + (isAnthropic ? "" : $",\"n\":{answers}")
                + (isAnthropic && mine.Next(3) == 0 ? ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}" : "")
                + $",\"messages\":[{{\"role\":\"user\",\"content\":\"{new string('x', (int)Math.Pow(20_000, mine.NextDouble()))}\"}}]}}"
        );
        IDialect dialect = isAnthropic ? new AnthropicDialect() : new OpenAiDialect();
        var request = new CallRequest(
            new CellId("00000000"),
            Group(group),
            null,
            "POST",
            isAnthropic ? "/v1/messages" : "/v1/chat/completions",
            body
        );
        var bound = 0L;
        var admission = await new CallBook(now, TimeProvider.System, NullLogger.Instance)
            .AdmitAsync(
                request,
                isAnthropic ? anthropic : openai,
                dialect,
                tokens =>
                {
                    bound = tokens.Input;
                    return null;
                }
            )
            .ConfigureAwait(false);
        if (admission is not Admission.Goes { Meter: OpenCall open, Body: var went })
        {
            Interlocked.Increment(ref refused);
            return ((Admission.Refused)admission).Why.Status == 503;
        }

        if (mine.Next(20) == 0)
        {
            open.Close(CallOutcome.NotSent);
            return true;
        }

        for (var hold = mine.Next(4) == 0 ? mine.Next(200) : 1; hold > 0; hold--)
        {
            await Task.Yield();
        }

        return await SendAsync(open, went, bound, group, isAnthropic, limit * answers, mine).ConfigureAwait(false);
    }

    /// <summary>The upstream: counts, bills, and answers, or not.</summary>
    private async Task<bool> SendAsync(
        OpenCall open,
        ReadOnlyMemory<byte> went,
        long most,
        int group,
        bool isAnthropic,
        int mostOutput,
        Random mine
    )
    {
        var status = mine.Next(10) switch
        {
            0 => 429,
            1 => 529,
            _ => 200,
        };
        if (status != 200)
        {
            open.Begin(status, "application/json", null);
            open.Close(CallOutcome.Completed);
            return true;
        }

        // What it counts is as random as its documentation allows, and in every second trial as much as that allows.
        using var sent = JsonDocument.Parse(went);
        var price = (isAnthropic ? anthropic : openai).Prices.Find(
            isAnthropic ? "anthropic" : "openai",
            sent.RootElement.GetProperty("model").GetString()!
        )!;
        var prompt = greedy ? most : mine.NextInt64(most + 1);
        var caches = sent.RootElement.TryGetProperty("cache_control", out _);
        var read = greedy ? 0 : mine.NextInt64(prompt + 1);
        var written =
            !caches ? 0
            : greedy ? prompt
            : mine.NextInt64(prompt - read + 1);
        var output = greedy ? mostOutput : mine.NextInt64(mostOutput + 1);
        var usage = new Usage(prompt - read - written, output, read, 0, written);
        var bill = price.Of(usage).Total;
        Interlocked.Add(ref billed[group], bill.Nanos);

        if (mine.Next(12) == 0)
        {
            open.Begin(500, "application/json", null);
            open.Close(CallOutcome.Completed);
            return true;
        }

        var answer = isAnthropic ? AnthropicAnswer(sent, usage) : OpenAiAnswer(sent, usage);
        open.Begin(200, IsStream(sent) ? "text/event-stream" : "application/json", null);
        var whole = mine.Next(6) != 0;
        var length = whole ? answer.Length : mine.Next(answer.Length);
        for (var at = 0; at < length; )
        {
            var slice = Math.Min(length - at, mine.Next(1, 400));
            open.Pass(answer.AsMemory(at, slice));
            at += slice;
            if (mine.Next(4) == 0)
            {
                await Task.Yield();
            }
        }

        if (!whole)
        {
            open.Close(mine.Next(2) == 0 ? CallOutcome.Aborted : CallOutcome.Failed);
            return mine.Next(2) == 0;
        }

        open.End();
        var record = open.Close(CallOutcome.Completed)!;
        Interlocked.Increment(ref completed);
        if (record.Settled != bill || record.Charges.Sum(c => c.Tokens) != usage.Prompt + usage.Output)
        {
            Interlocked.Increment(ref miscounted);
        }

        return false;
    }

    private static bool IsStream(JsonDocument sent) => sent.RootElement.GetProperty("stream").GetBoolean();

    private static byte[] AnthropicAnswer(JsonDocument sent, Usage usage)
    {
        var input = $$"""
            "input_tokens":{{usage.Input}},"cache_read_input_tokens":{{usage.CacheRead}},"cache_creation_input_tokens":{{usage.CacheWrite1h}},"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":{{usage.CacheWrite1h}} }
            """;
        var text = IsStream(sent)
            ? $$$"""
                event: message_start
                data: {"type":"message_start","message":{"usage":{{{{input}}},"output_tokens":1} } }

                event: content_block_delta
                data: {"type":"content_block_delta","delta":{"text":"some words, and some \"quotes\""}}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":{{{usage.Output}}}}}

                event: message_stop
                data: {"type":"message_stop"}


                """
            : $$"""{"type":"message","content":[],"usage":{ {{input}},"output_tokens":{{usage.Output}} } }""";
        return Encoding.UTF8.GetBytes(text);
    }

    private static byte[] OpenAiAnswer(JsonDocument sent, Usage usage)
    {
        var counts = $$"""
            {"prompt_tokens":{{usage.Prompt}},"completion_tokens":{{usage.Output}},"prompt_tokens_details":{"cached_tokens":{{usage.CacheRead}} } }
            """;
        var asked =
            sent.RootElement.TryGetProperty("stream_options", out var options)
            && options.GetProperty("include_usage").GetBoolean();
        var last = asked ? $$"""data: {"choices":[],"usage":{{counts}} }""" + "\n\n" : "";
        var text = IsStream(sent)
            ? "data: {\"choices\":[{\"delta\":{\"content\":\"words\"}}],\"usage\":null}\n\n" + last + "data: [DONE]\n\n"
            : $$"""{"choices":[{"message":{"content":"x"} }],"usage":{{counts}} }""";
        return Encoding.UTF8.GetBytes(text);
    }

    private PriceList Prices()
    {
        var models = new List<string>();
        foreach (var upstream in new[] { "anthropic", "openai" })
        {
            for (var i = 0; i < 3; i++)
            {
                string Rates() =>
                    $$"""{"input":{{Dollars(20)}},"output":{{Dollars(80)}},"cacheRead":{{Dollars(5)}},"cacheWrite5m":{{Dollars(40)}},"cacheWrite1h":{{Dollars(60)}}}""";
                var tier =
                    random.Next(2) == 0 ? $$""","long":{"above":{{random.Next(1, 15_000)}},"usdPerMTok":{{Rates()}}}""" : "";
                models.Add($$"""{"upstream":"{{upstream}}","id":"m{{i}}","usdPerMTok":{{Rates()}}{{tier}}}""");
            }
        }

        return PriceList.Read(Encoding.UTF8.GetBytes($$"""{"date":"2026-11-21","models":[{{string.Join(',', models)}}]}"""));
    }

    /// <summary>Enough for some of the calls, seldom for all of them.</summary>
    private Money Cap() => new((long)(500_000_000 + (calls * 50e6 * Math.Pow(16, random.NextDouble() - 0.5))));

    private string Dollars(int most) => (random.Next(most * 10_000) / 10_000m).ToString(CultureInfo.InvariantCulture);

    private static GroupId Group(int index) => GroupId.Parse($"g{index.ToString(CultureInfo.InvariantCulture)}");

    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Start;
    }
}
