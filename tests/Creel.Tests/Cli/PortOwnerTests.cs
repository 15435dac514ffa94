using System.Diagnostics;
using Creel.Terminal.Client;

namespace Creel.Tests.Cli;

/// <summary>The admin token is for our server, not for whoever sits on its port.</summary>
public class PortOwnerTests
{
    private const string Ours =
        "   0: 0100007F:2383 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000 100 0 0 10 0";
    private const string Stranger =
        "   1: 0100007F:2383 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 2 1 0000 100 0 0 10 0";
    private const string Connected =
        "   2: 0100007F:2383 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1002        0 3 1 0000 100 0 0 10 0";
    private const string Elsewhere =
        "   3: 0200A8C0:2383 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1003        0 4 1 0000 100 0 0 10 0";
    private const string OnlyV6 =
        "   4: 00000000000000000000000001000000:2383 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1004        0 5 1 0000 100 0 0 10 0";
    private const string BothKinds =
        "   5: 00000000000000000000000000000000:2383 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1005        0 6 1 0000 100 0 0 10 0";

    [Fact]
    public void Only_those_count_who_would_get_the_connection()
    {
        string[] v4 = [Ours, Stranger, Connected, Elsewhere, "garbage", ""];
        string[] v6 = [OnlyV6, BothKinds];

        PortOwner.Listeners(v4, v6, 9091, onlyV4: true).ShouldBe([0, 1001, 1005]);
        PortOwner.Listeners(v4, v6, 9091, onlyV4: false).ShouldBe([0, 1001, 1004, 1005]);
        PortOwner.Listeners(v4, v6, 9090, onlyV4: true).ShouldBeEmpty();
    }

    [RootFact]
    public async Task Another_user_on_our_port_is_not_given_the_token()
    {
        await using var server = await ApiServer.StartAsync();
        const string listen =
            "$s=IO::Socket::INET->new(Listen=>1,LocalAddr=>q(127.0.0.1)) or die; $|=1; print $s->sockport,qq(\\n); $c=$s->accept; print <$c>";
        var info = new ProcessStartInfo(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-MIO::Socket", "-e", listen]
        )
        {
            RedirectStandardOutput = true,
        };
        using var stranger = Process.Start(info)!;
        var port = await stranger.StandardOutput.ReadLineAsync();

        var run = await CliRun.RunAsync(server, "ps", "--url", $"http://127.0.0.1:{port}");
        stranger.Kill();

        run.ExitCode.ShouldBe(6, run.ToString());
        run.Error.ShouldContain("uid 65534");
        (await stranger.StandardOutput.ReadToEndAsync()).ShouldBeEmpty();
    }

    private sealed class RootFactAttribute : FactAttribute
    {
        public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "only root can be another user";
    }
}
