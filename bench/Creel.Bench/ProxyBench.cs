namespace Creel.Bench;

/// <summary>
/// The proxy beside nginx, in turn, in front of the same stub: what a call costs, how long it takes, what an open stream weighs.
/// nginx is set as the system before Creel had it (no buffering, HTTP/1.1 to the provider, its access log on), once as it was, with a
/// connection to the provider for every call, and once with connections that are kept, which is the harder comparison.
/// </summary>
internal static class ProxyBench
{
    private const int Rounds = 5;
    private const int Streams = 1000;

    private const string Answer =
        "{\\\"id\\\":\\\"msg_01\\\",\\\"type\\\":\\\"message\\\",\\\"role\\\":\\\"assistant\\\",\\\"model\\\":\\\"claude-haiku-4-5\\\",\\\"content\\\":[{\\\"type\\\":\\\"text\\\",\\\"text\\\":\\\"pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong pong\\\"}],\\\"stop_reason\\\":\\\"end_turn\\\",\\\"usage\\\":{\\\"input_tokens\\\":240,\\\"output_tokens\\\":60}}";

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        if (!NginxProcess.IsHere)
        {
            return [Figure.Absent("the proxy beside nginx", "there is no nginx here")];
        }

        var folder = Directory.CreateTempSubdirectory("creel-px-").FullName;
        try
        {
            return await RunAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> RunAsync(string folder)
    {
        var direct = Path.Combine(folder, "stub.sock");
        var port = FreePort();
        await using var stub = await NginxProcess.StartAsync(
            folder,
            "stub",
            $$"""
            access_log off;
            client_body_buffer_size 64k;
            server {
                listen 127.0.0.1:{{port}};
                listen unix:{{direct}};
                location / { default_type application/json; return 200 "{{Answer}}"; }
            }
            """,
            direct
        );
        var slowSocket = Path.Combine(folder, "slow.sock");
        await using var slow = await SlowUpstream.StartAsync(slowSocket);
        await using var kept = await FrontAsync(folder, "kept", port, slow.Port, keeps: true);
        await using var old = await FrontAsync(folder, "old", port, slow.Port, keeps: false);
        await using var proxy = await BenchProxy.StartAsync(folder, port, slow.Port);
        Line[] lines =
        [
            new("stub", stub.Worker, direct),
            new("old", old.Worker, Socket(folder, "old")),
            new("kept", kept.Worker, Socket(folder, "kept")),
            new("ours", proxy.Pid, proxy.Socket),
        ];
        var request = CallLoad.Request("/anthropic");
        foreach (var line in lines)
        {
            // What is used much is compiled anew while the first ten thousands go by.
            await CallLoad.SaturateAsync(line.Socket, request, 16, 40_000);
        }

        var figures = new List<Figure>();
        figures.AddRange(await SaturatedAsync(lines, request));
        figures.AddRange(await PacedAsync(lines, request));
        figures.AddRange(await LatencyAsync(lines, request));
        figures.AddRange(await FirstWordAsync(lines, slowSocket));
        figures.AddRange(await MemoryAsync(folder, lines, port, slow.Port));
        return figures;
    }

    private static async Task<IEnumerable<Figure>> SaturatedAsync(Line[] lines, byte[] request)
    {
        const int Count = 20_000;
        var costs = lines.ToDictionary(l => l.Name, _ => new List<double>());
        var rates = lines.ToDictionary(l => l.Name, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var line in lines.Where(l => l.Name != "stub"))
            {
                var before = ProcessFacts.ProcessorMicroseconds(line.Pid);
                rates[line.Name].Add(await CallLoad.SaturateAsync(line.Socket, request, 16, Count));
                costs[line.Name].Add((ProcessFacts.ProcessorMicroseconds(line.Pid) - before) / Count);
            }
        }

        return
        [
            .. Costs("saturated by 16 connections", costs, 1.5),
            new Figure("calls a second then", Median(rates["ours"]), "/s"),
        ];
    }

    private static async Task<IEnumerable<Figure>> PacedAsync(Line[] lines, byte[] request)
    {
        var costs = lines.ToDictionary(l => l.Name, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var line in lines.Where(l => l.Name != "stub"))
            {
                var before = ProcessFacts.ProcessorMicroseconds(line.Pid);
                var calls = await CallLoad.PacedAsync(line.Socket, request, 2000, TimeSpan.FromSeconds(3));
                costs[line.Name].Add((ProcessFacts.ProcessorMicroseconds(line.Pid) - before) / calls.Count);
            }
        }

        return Costs("2,000 calls a second", costs, 2);
    }

    private static async Task<IEnumerable<Figure>> LatencyAsync(Line[] lines, byte[] request)
    {
        var half = lines.ToDictionary(l => l.Name, _ => new List<double>());
        var tail = lines.ToDictionary(l => l.Name, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var line in lines)
            {
                var took = await CallLoad.PacedAsync(line.Socket, request, 1000, TimeSpan.FromSeconds(3));
                half[line.Name].Add(took.Percentile(50));
                tail[line.Name].Add(took.Percentile(99));
            }
        }

        return
        [
            Added("added at 1,000 calls a second, p50", half, "ours", 0.5),
            Added("beside it: nginx, p50", half, "kept", null),
            Added("added at 1,000 calls a second, p99", tail, "ours", 2),
            Added("beside it: nginx, p99", tail, "kept", null),
        ];
    }

    private static async Task<IEnumerable<Figure>> FirstWordAsync(Line[] lines, string slow)
    {
        var request = CallLoad.Request("/slow", extra: "x-short: 1\r\n");
        var took = new Dictionary<string, List<double>>
        {
            ["stub"] = [],
            ["kept"] = [],
            ["ours"] = [],
        };
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, all) in took)
            {
                var path = name == "stub" ? slow : lines.Single(l => l.Name == name).Socket;
                all.Add((await OpenStreams.FirstWordsAsync(path, request, 400)).Skip(100).ToList().Percentile(50));
            }
        }

        return
        [
            Added("added until the first streamed byte, warm connection, p50", took, "ours", 1),
            Added("beside it: nginx", took, "kept", null),
        ];
    }

    private static async Task<IEnumerable<Figure>> MemoryAsync(string folder, Line[] lines, int stub, int slow)
    {
        var request = CallLoad.Request("/slow");
        var kept = lines.Single(l => l.Name == "kept");
        var nginx = await OpenStreams.KibibytesAsync(kept.Pid, kept.Socket, request, Streams, null);
        var (plain, wholePlain) = await FreshAsync("plain", request, null);
        var (intercepted, whole) = await FreshAsync("tls", CallLoad.Request("", BenchProxy.Host), BenchProxy.Host);
        return
        [
            new Figure($"an open stream, of {Streams}, plain", plain, "KiB", 48),
            new Figure($"an open stream, of {Streams}, intercepted", intercepted, "KiB", 80),
            new Figure("beside it: nginx, plain", nginx, "KiB"),
            new Figure("all of the proxy then, plain", wholePlain, "MiB"),
            new Figure("all of the proxy then, intercepted", whole, "MiB"),
        ];

        // One that has done nothing before: another holds memory already in which a thousand streams would not show.
        async Task<(double Each, double All)> FreshAsync(string name, byte[] bytes, string? server)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            await using var fresh = await BenchProxy.StartAsync(place, stub, slow);
            var each = await OpenStreams.KibibytesAsync(fresh.Pid, fresh.Socket, bytes, Streams, server);
            return (each, ProcessFacts.ResidentKibibytes(fresh.Pid) / 1024);
        }
    }

    private static IEnumerable<Figure> Costs(string what, Dictionary<string, List<double>> costs, double target)
    {
        var ratios = costs["ours"].Zip(costs["kept"], (ours, nginx) => ours / nginx).ToList();
        var older = costs["ours"].Zip(costs["old"], (ours, nginx) => ours / nginx).ToList();
        return
        [
            new Figure($"processor a call, {what}", Median(costs["ours"]), "µs", Note: Spread(costs["ours"])),
            new Figure("beside it: nginx that keeps connections", Median(costs["kept"]), "µs", Note: Spread(costs["kept"])),
            new Figure("beside it: nginx as it was", Median(costs["old"]), "µs", Note: Spread(costs["old"])),
            new Figure("proxy / nginx that keeps connections", Median(ratios), "×", target, Note: Spread(ratios)),
            new Figure("proxy / nginx as it was", Median(older), "×", Note: Spread(older)),
        ];
    }

    private static Figure Added(string name, Dictionary<string, List<double>> took, string line, double? target)
    {
        var added = took[line].Zip(took["stub"], (through, straight) => through - straight).ToList();
        return new Figure(name, Median(added), "ms", target, Note: Spread(added));
    }

    private static double Median(List<double> samples) => samples.Percentile(50);

    private static string Spread(List<double> samples) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{samples.Min():0.##} to {samples.Max():0.##}");

    private static Task<NginxProcess> FrontAsync(string folder, string name, int stub, int slow, bool keeps)
    {
        var socket = Socket(folder, name);
        var settings =
            "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header x-api-key sk-bench; proxy_buffering off; "
            + "proxy_cache off; proxy_read_timeout 300s; proxy_set_header Host api.anthropic.com;";
        var (fast, late) = keeps ? ("stub", "slow") : ($"127.0.0.1:{stub}", $"127.0.0.1:{slow}");
        var pools =
            $"upstream stub {{ server 127.0.0.1:{stub}; keepalive 64; keepalive_requests 100000000; }} "
            + $"upstream slow {{ server 127.0.0.1:{slow}; keepalive 64; keepalive_requests 100000000; }}";
        return NginxProcess.StartAsync(
            folder,
            name,
            $$"""
            access_log {{folder}}/{{name}}/access.log combined;
            {{(keeps ? pools : "")}}
            server {
                listen unix:{{socket}};
                location /anthropic/ { proxy_pass http://{{fast}}/; {{settings}} }
                location /slow/ { proxy_pass http://{{late}}/; {{settings}} }
                location / { return 444; }
            }
            """,
            socket
        );
    }

    private static string Socket(string folder, string name) => Path.Combine(folder, $"{name}.sock");

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed record Line(string Name, int Pid, string Socket);
}
