using Creel.Core.Link;
using Creel.Runtime;
using Creel.Runtime.Link;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime;

public sealed class LinkTests
{
    [Fact]
    public void Dialling_again_waits_longer_and_longer_and_never_gives_up()
    {
        var far = new Backoff(local: false);
        Enumerable.Range(0, 9).Select(_ => far.Next(0.5).TotalSeconds).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60], 0.001);
        far.Reset();
        far.Next(0).TotalSeconds.ShouldBe(0.8, 0.001);
        far.Next(1).TotalSeconds.ShouldBe(2.4, 0.001);
        var near = new Backoff(local: true);
        near.Next(0.5).TotalSeconds.ShouldBeLessThan(0.1);
        Enumerable.Range(0, 1000).Select(_ => near.Next(1).TotalSeconds).Max().ShouldBeLessThanOrEqualTo(1.2);
    }

    [Fact]
    public async Task Messages_go_before_stream_data_that_waited_longer()
    {
        var outbox = new Outbox(() => "cell", TimeProvider.System);
        outbox.Post("lost", "{}"u8.ToArray());
        outbox.Open("hello", "{}"u8.ToArray());
        await outbox.PostBulkAsync(new OutFrame("bulk"u8.ToArray(), false), default);
        outbox.Post("response", "{}"u8.ToArray());

        (await TypeAsync(outbox)).ShouldBe("hello");
        (await TypeAsync(outbox)).ShouldBe("response");
        (await outbox.NextAsync(default)).Text.ShouldBeFalse();
    }

    [Fact]
    public async Task What_waited_for_a_lost_link_is_not_sent_over_the_next()
    {
        var outbox = new Outbox(() => "cell", TimeProvider.System);
        outbox.Open("hello", "{}"u8.ToArray());
        outbox.Post("response", "{}"u8.ToArray());
        outbox.Close();
        outbox.IsEmpty.ShouldBeTrue();
        outbox.Open("second", "{}"u8.ToArray());

        (await TypeAsync(outbox)).ShouldBe("second");
        outbox.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_watch_is_done_when_its_last_piece_is_sent_and_not_when_it_waits_to_be()
    {
        var outbox = new Outbox(() => "cell", TimeProvider.System);
        outbox.Open("hello", "{}"u8.ToArray());
        var (output, errors) = (new OutputBuffer(100), new OutputBuffer(100));
        using var watch = new OutputWatch("t", outbox, ("stdout", output), ("stderr", errors));
        output.Append("42"u8.ToArray());
        output.End();
        errors.End();

        (await TypeAsync(outbox)).ShouldBe("hello");
        var piece = await outbox.NextAsync(default);
        watch.Done.IsCompleted.ShouldBeFalse();
        piece.Sent!.SetResult();
        await watch.Done;
    }

    [Fact]
    public async Task Stream_data_waits_for_room_and_is_let_go_when_the_link_is()
    {
        var outbox = new Outbox(() => "cell", TimeProvider.System);
        (await outbox.PostBulkAsync(new OutFrame(default, false), default)).ShouldBeFalse();
        outbox.Open("hello", "{}"u8.ToArray());
        ValueTask<bool> post;
        do
        {
            post = outbox.PostBulkAsync(new OutFrame(default, false), default);
        } while (post.IsCompleted);

        outbox.Close();
        (await post).ShouldBeFalse();
    }

    [Fact]
    public async Task A_machine_without_a_socket_dials_by_url_with_its_token_in_a_header()
    {
        using var folder = new TestFolder();
        var port = FreePort();
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "remote", folder.Path, port);
        await File.WriteAllTextAsync(folder["token"], "s3cret\n");
        using var process = RuntimeProcess.Start([
            ("CREEL_HUB_URL", $"ws://127.0.0.1:{port}"),
            ("CREEL_AGENT", "remote"),
            ("CREEL_TOKEN_FILE", folder["token"]),
            ("CREEL_STATE", folder["state"]),
        ]);
        var connection = await hub.ConnectionAsync();
        connection.Path.ShouldBe("/agent/remote");
        connection.Authorization.ShouldBe("Bearer s3cret");
        var response = await connection.RunAsync("remote", new { type = "exec", command = "env" });
        response.ToString().ShouldNotContain("s3cret");
        (await File.ReadAllTextAsync(folder["state/runtime.log"])).ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task The_older_configuration_file_and_an_older_hub_that_says_no_welcome_do()
    {
        using var folder = new TestFolder();
        var port = FreePort();
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "old", folder.Path, port);
        await File.WriteAllTextAsync(
            folder["config.json"],
            $$"""{"agentId":"old","token":"t","hubUrl":"ws://127.0.0.1:{{port}}","type":"x"}"""
        );
        using var process = RuntimeProcess.Start([("AGENT_CONFIG", folder["config.json"]), ("CREEL_STATE", folder["state"])]);
        var connection = await hub.ConnectionAsync();
        await connection.SendAsync(MessageTypes.Status, "old", new { status = "connected" });
        (await connection.RunAsync("old", new { type = "exec", command = "echo hi" }))
            .GetProperty("success")
            .GetBoolean()
            .ShouldBeTrue();
    }

    [Theory]
    [InlineData("CREEL_HUB_URL=http://x;CREEL_AGENT=a;CREEL_TOKEN_FILE=/dev/null", "ws://host:port")]
    [InlineData("CREEL_HUB_URL=ws://x", "CREEL_TOKEN_FILE")]
    [InlineData("CREEL_HUB_URL=ws://x;CREEL_TOKEN_FILE=/dev/null", "CREEL_AGENT")]
    [InlineData("CREEL_HUB_URL=ws://x;CREEL_TOKEN_FILE=/no/such;CREEL_AGENT=a", "/no/such")]
    [InlineData("AGENT_CONFIG=/dev/null", "not a JSON object")]
    [InlineData("CREEL_HUB_SOCKET=/x;CREEL_RELAY_PORT=many", "CREEL_RELAY_PORT")]
    public void Wrong_settings_are_named(string variables, string words)
    {
        var given = variables.Split(';').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        Should
            .Throw<Creel.Core.CreelException>(() => RuntimeSettings.Read(given.GetValueOrDefault))
            .Fault.Message.ShouldContain(words);
    }

    [Fact]
    public async Task It_waits_for_a_hub_that_is_not_there_yet()
    {
        using var folder = new TestFolder();
        using var process = RuntimeProcess.Start(folder["hub.sock"], folder["state"]);
        await Eventually.Until(() => process.Errors.Contains($"there is no socket {folder["hub.sock"]}"));
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        (await hub.ConnectionAsync()).Hello.ShouldNotBeNull();
    }

    private static async Task<string> TypeAsync(Outbox outbox) =>
        EnvelopeCodec.Read((await outbox.NextAsync(default)).Bytes, out _)!.Type;

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
