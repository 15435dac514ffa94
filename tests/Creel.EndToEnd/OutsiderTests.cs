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

    [PublishedFact(root: true)]
    public async Task Another_local_user_is_told_that_the_folder_is_not_theirs()
    {
        var (code, output) = await AsNobodyAsync("env", $"CREEL_HOME={Serve.Home}", Published.Creel, "ps", "--json");

        code.ShouldBe(7);
        output.ShouldContain("is not yours to read");
    }

    [PublishedFact]
    public void Serve_has_no_diagnostics_socket()
    {
        Directory
            .EnumerateFiles(Path.GetTempPath())
            .Select(path => Path.GetFileName(path)!)
            .Where(name =>
                name.StartsWith($"dotnet-diagnostic-{Serve.Pid}-", StringComparison.Ordinal)
                || name.StartsWith($"clr-debug-pipe-{Serve.Pid}-", StringComparison.Ordinal)
            )
            .ShouldBeEmpty();
        File.ReadAllText($"/proc/{Serve.Pid}/environ").Split('\0').ShouldContain("DOTNET_EnableDiagnostics=0");
    }

    [PublishedFact]
    public async Task Serve_has_all_its_settings_also_where_it_was_given_one_of_them()
    {
        await using var serve = await Serve.StartAsync(variables: ("DOTNET_EnableDiagnostics", "0"));

        var variables = File.ReadAllText($"/proc/{serve.Pid}/environ").Split('\0');
        variables.ShouldContain("DOTNET_GCgen0size=0x200000");
        variables.ShouldContain("DOTNET_EnableDiagnostics=0");
    }

    [PublishedFact(root: true)]
    public async Task Another_process_of_the_same_user_does_not_look_into_serve()
    {
        var home = Directory.CreateTempSubdirectory("creel-e2e-");
        using var chown = Process.Start("chown", ["65534:65534", home.FullName]);
        await chown.WaitForExitAsync();
        using var serve = StartAsNobody([Published.Creel, "serve", "--http-port", "0", "--ws-port", "0"], home.FullName);
        var said = serve.StandardError.ReadToEndAsync();
        try
        {
            await Serve.Until(
                () => File.Exists(Path.Combine(home.FullName, "serve.json")) || serve.HasExited,
                TimeSpan.FromSeconds(60),
                "serve.json"
            );
            serve.HasExited.ShouldBeFalse(serve.HasExited ? await said : null);
            using var ordinary = StartAsNobody(["sleep", "600"], home.FullName);
            await Serve.Until(
                () => File.ReadAllText($"/proc/{ordinary.Id}/comm").Trim() == "sleep",
                TimeSpan.FromSeconds(60),
                "sleep"
            );
            (await AsNobodyAsync("cat", $"/proc/{ordinary.Id}/environ")).ExitCode.ShouldBe(0);
            (await AsNobodyAsync("cat", $"/proc/{serve.Id}/environ")).ExitCode.ShouldNotBe(0);
            (await AsNobodyAsync("head", "-c1", $"/proc/{serve.Id}/mem")).ExitCode.ShouldNotBe(0);
            (await AsNobodyAsync("ls", $"/proc/{serve.Id}/fd/")).ExitCode.ShouldNotBe(0);
            ordinary.Kill();
        }
        finally
        {
            serve.Kill();
            await serve.WaitForExitAsync();
            home.Delete(recursive: true);
        }

        static Process StartAsNobody(string[] command, string home)
        {
            var start = new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. command])
            {
                RedirectStandardError = true,
            };
            // A temporary folder that it may not read keeps it from nothing.
            start.Environment["TMPDIR"] = "/root";
            start.Environment["CREEL_HOME"] = home;
            start.Environment["HOME"] = home;
            return Process.Start(start)!;
        }
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
