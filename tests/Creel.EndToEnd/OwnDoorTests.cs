using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>The command line's own way in: a socket in CREEL_HOME, which no other user can reach or fill.</summary>
public class OwnDoorTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [PublishedFact]
    public async Task Who_fills_the_port_keeps_nobodys_command_line_out()
    {
        await using var serve = await Serve.StartAsync(openFiles: 512);
        (await serve.UpAsync("{ name: 'x', isolation: 'session', agents: { list: [{ id: 'bart' }] } }")).ExitCode.ShouldBe(0);
        var strangers = new List<TcpClient>();
        try
        {
            // A quarter of the files: connections beyond that are closed at once.
            while (strangers.Count < 200)
            {
                strangers.Add(new TcpClient());
                await strangers[^1].ConnectAsync(IPAddress.Loopback, serve.Http.BaseAddress!.Port);
            }

            using var fresh = new HttpClient { BaseAddress = serve.Http.BaseAddress };
            await Should.ThrowAsync<HttpRequestException>(() => fresh.GetAsync("/health"));

            var seen = await serve.CommandAsync("ps");
            var ran = await serve.CommandAsync("exec", "bart", "echo", "still", "here");

            seen.ExitCode.ShouldBe(0, seen.ToString());
            seen.Error.ShouldNotContain("socket");
            (ran.ExitCode, ran.Output).ShouldBe((0, "still here\n"), ran.ToString());
        }
        finally
        {
            strangers.ForEach(stranger => stranger.Dispose());
        }
    }

    [PublishedFact(root: true)]
    public async Task Another_user_does_not_get_in_even_where_the_folder_is_open()
    {
        await using var serve = await Serve.StartAsync();
        var socket = Path.Combine(serve.Home, "creel.sock");
        File.GetUnixFileMode(socket).ShouldBe(Owner);
        File.SetUnixFileMode(serve.Home, Owner | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        string[] health = ["curl", "-s", "-m", "5", "--unix-socket", socket, "http://localhost/health"];

        (await EndAsync(health)).ShouldBe(0);
        (await EndAsync(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. health])).ShouldBe(
            7,
            "the connection itself is refused"
        );
    }

    [PublishedFact]
    public async Task The_socket_of_a_serve_that_was_killed_is_replaced_and_a_clean_stop_removes_it()
    {
        await using var serve = await Serve.StartAsync();
        var socket = Path.Combine(serve.Home, "creel.sock");
        await serve.KillAsync();
        File.Exists(socket).ShouldBeTrue();
        var gone = await serve.CommandAsync("ps");
        gone.ExitCode.ShouldBe(4);
        gone.Error.ShouldEndWith("→ start it with: creel serve\n");

        await serve.LaunchAsync();
        (await EndAsync("curl", "-s", "-m", "5", "--unix-socket", socket, "http://localhost/health")).ShouldBe(0);
        (await EndAsync("kill", "-TERM", $"{serve.Pid}")).ShouldBe(0);

        await Serve.Until(() => !File.Exists(socket), TimeSpan.FromSeconds(30), "the socket to be removed");
        await Serve.Until(() => !Directory.Exists($"/proc/{serve.Pid}"), TimeSpan.FromSeconds(30), "serve to end");
    }

    private static async Task<int> EndAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
