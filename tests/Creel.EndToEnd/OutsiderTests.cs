using System.Diagnostics;
using System.Net;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>Another local user, and a web page in the operator's browser.</summary>
[Collection(nameof(Simpsons))]
public class OutsiderTests(Simpsons simpsons)
{
    private Serve Serve => simpsons.Serve;

    [PublishedFact]
    public async Task Without_a_token_nothing_is_told_but_health()
    {
        using var stranger = new HttpClient { BaseAddress = Serve.Http.BaseAddress };

        (await stranger.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (
            var path in new[]
            {
                "/agents",
                "/tasks",
                "/cells",
                "/habitat",
                "/audit",
                "/metrics",
                "/admin/stats",
                "/agents/bart/status",
            }
        )
        {
            (await stranger.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    [PublishedFact]
    public async Task A_web_page_is_refused_even_with_the_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/agents/bart/task")
        {
            Content = new StringContent("""{"type":"exec","command":"id"}"""),
        };
        request.Headers.Add("Origin", "https://evil.example");

        (await Serve.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [PublishedFact]
    public async Task A_rebound_name_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/agents");
        request.Headers.Host = "evil.example";

        (await Serve.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [PublishedFact(root: true)]
    public async Task Another_local_user_reads_no_token_and_reaches_no_cells_socket()
    {
        var cell = (await Serve.GetAsync("/cells")).GetProperty("cells")[0].GetProperty("id").GetString();
        var sockets = Directory
            .EnumerateDirectories("/run", "creel*")
            .SelectMany(run => Safe(Path.Combine(run, "hub", cell!)))
            .ToList();
        sockets.ShouldNotBeEmpty();

        (await AsNobodyAsync("cat", Path.Combine(Serve.Home, "admin.token"))).ExitCode.ShouldNotBe(0);
        foreach (var socket in sockets)
        {
            (
                await AsNobodyAsync("curl", "-s", "-m", "3", "--unix-socket", socket, "http://hub/creel/whoami")
            ).ExitCode.ShouldNotBe(0, socket);
        }

        static IEnumerable<string> Safe(string folder) =>
            Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.sock") : [];
    }

    private static async Task<(int ExitCode, string Output)> AsNobodyAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. command])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
