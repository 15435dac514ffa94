using System.Net;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Logs;

namespace Creel.Tests.Proxy;

public class ControlTests
{
    [Fact]
    public async Task Orders_open_change_and_close_doors()
    {
        await using var proxy = await ProxyServer.StartAsync();
        File.Exists(proxy.SocketPath(ProxyServer.Bart)).ShouldBeTrue();
        File.Exists(proxy.SocketPath(ProxyServer.Lisa)).ShouldBeTrue();
        using var line = await proxy.LineAsync(ProxyServer.Lisa);
        var status = await proxy.OrderAsync(ProxyServer.Orders with { Cells = [ProxyServer.Orders.Cells[0]] });
        status.Cells.ShouldHaveSingleItem().Group.Value.ShouldBe("bart");
        status.Closed.ShouldBeEmpty();
        File.Exists(proxy.SocketPath(ProxyServer.Bart)).ShouldBeTrue();
        Directory.Exists(Path.GetDirectoryName(proxy.SocketPath(ProxyServer.Lisa))).ShouldBeFalse();
        (await line.ReceiveAsync(new byte[1])).ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_cell_and_with_nobody_asking_it_ends_by_itself()
    {
        var patience = TimeSpan.FromMilliseconds(200);
        await using var proxy = await ProxyServer.StartAsync(change: settings => settings with { Unneeded = patience });
        for (var asked = 0; asked < 20; asked++)
        {
            (await proxy.DenialsAsync()).ShouldBeEmpty();
            proxy.Ending.IsCompleted.ShouldBeFalse();
        }

        await proxy.OrderAsync(ProxyServer.Orders with { Cells = [] });

        await proxy.Ending.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Orders_come_back_as_they_were()
    {
        var orders = ProxyServer.Orders with
        {
            Cells =
            [
                ProxyServer.Orders.Cells[0] with
                {
                    SocketGid = 100_001,
                    Models = ["anthropic/*"],
                    Limits = new CallLimits(60, 1_000_000, 8),
                    Egress = [EgressRule.Parse("*.github.com:443"), EgressRule.Parse("GET http://a.example/x/*")],
                    Learn = true,
                    Budgets = [new(5, "day", 0.8)],
                    MaxTokens = 500,
                },
            ],
            Budgets = [new(20.5m, "month", 0.5)],
            Intercept = false,
        };
        var text = OrdersText.Write(orders);
        var read = OrdersText.Read(text);
        OrdersText.Write(read).ShouldBe(text);
        OrdersText.Revision(read).ShouldBe(OrdersText.Revision(orders));
        OrdersText.Revision(read).ShouldNotBe(OrdersText.Revision(ProxyServer.Orders));
        read.Cells[0].Egress.ShouldBe(orders.Cells[0].Egress);
        Encoding.UTF8.GetString(text).ShouldContain("\"version\":1");
    }

    [Theory]
    [InlineData("{", "", "orders")]
    [InlineData("{", "[", "orders")]
    [InlineData("\"version\":1", "\"version\":2", "orders-version")]
    [InlineData("\"cells\"", "\"sells\"", "orders")]
    [InlineData("\"agents\"", "\"a\"", "orders")]
    [InlineData("\"calls\"", "\"c\"", "orders")]
    [InlineData("\"limits\":{}", "\"limits\":null", "orders")]
    [InlineData("\"limits\":{}", "\"limits\":{\"requests\":-1}", "orders")]
    [InlineData(ProxyServer.Bart, "../../up", "orders")]
    [InlineData(ProxyServer.Bart, ProxyServer.Lisa, "orders")]
    [InlineData("\"group\":\"bart\"", "\"group\":\"Bart!\"", "orders")]
    [InlineData("\"egress\":[]", "\"egress\":[\"*:443\"]", "orders")]
    [InlineData("https://api.openai.com", "http://api.openai.com", "orders")]
    [InlineData("https://api.openai.com", "https://u:p@api.openai.com", "orders")]
    [InlineData("https://api.openai.com", "api.openai.com", "orders")]
    [InlineData("\"name\":\"openai\"", "\"name\":\"open/ai\"", "orders")]
    [InlineData("\"name\":\"openai\"", "\"name\":\"anthropic\"", "orders")]
    [InlineData("\"bodyLimit\":35651584", "\"bodyLimit\":0", "orders")]
    [InlineData("\"readTimeout\":900", "\"readTimeout\":0", "orders")]
    public async Task Orders_that_make_no_sense_change_nothing(string part, string instead, string code)
    {
        await using var proxy = await ProxyServer.StartAsync();
        var before = await RevisionAsync(proxy);
        var text = Encoding.UTF8.GetString(OrdersText.Write(ProxyServer.Orders));
        text.ShouldContain(part);
        using var answer = await proxy.Control.PutAsync(ControlPaths.Orders, new StringContent(text.Replace(part, instead)));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Field(await answer.Content.ReadAsStringAsync(), "code").ShouldBe(code);
        (await RevisionAsync(proxy)).ShouldBe(before);
    }

    [Fact]
    public async Task A_proxy_that_is_started_again_serves_before_anybody_speaks_to_it()
    {
        var roots = new TestRoots();
        var first = await ProxyServer.StartAsync(roots: roots);
        await (await first.ProviderAsync()).DisposeAsync();
        var revision = await RevisionAsync(first);
        await first.StopAsync();

        // What a proxy that was killed leaves behind.
        Directory.CreateDirectory(Path.Combine(first.Folder, "proxy", "deadbeef"));
        await File.WriteAllTextAsync(Path.Combine(first.Folder, "proxy", "deadbeef", "proxy.sock"), "");
        await using var second = await ProxyServer.StartAsync(folder: first.Folder, roots: roots);
        await using var provider = await StubUpstream.StartAsync(roots, "api.anthropic.com");
        second.Names["api.anthropic.com"] = [ProxyServer.Somewhere];
        second.Ports[443] = provider.Port;
        using var cell = second.Cell();
        (await cell.GetStringAsync("/anthropic/v1/models")).ShouldBe("pong");
        provider.Seen.Single().Headers["x-api-key"].ShouldBe(ProxyServer.Key);
        (await RevisionAsync(second)).ShouldBe(revision);
        Directory.Exists(Path.Combine(first.Folder, "proxy", "deadbeef")).ShouldBeFalse();
    }

    [Fact]
    public async Task Keys_go_in_and_never_come_out()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await proxy.SetKeyAsync("anthropic", $"{ProxyServer.Key}\n");
        await proxy.SetKeyAsync("openai", ProxyServer.Key, "bart");
        var status = await proxy.Control.GetStringAsync(ControlPaths.Status);
        status.ShouldNotContain("canary");
        JsonSerializer
            .Deserialize(status, OutboundJson.Default.ProxyStatus)!
            .Keys.Select(k => (k.Upstream, k.Group?.Value))
            .ShouldBe([("anthropic", null), ("openai", "bart")]);
        (await proxy.Control.GetAsync("/keys/anthropic")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await proxy.Control.DeleteAsync("/keys/openai?group=bart")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await proxy.Control.DeleteAsync("/keys/openai?group=bart")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var wrong = await proxy.Control.PutAsync(
            "/keys/anthropic",
            new StringContent($"{ProxyServer.Key} {ProxyServer.Key}")
        );
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).ShouldNotContain("canary");
        using var group = await proxy.Control.PutAsync("/keys/anthropic?group=B!", new StringContent("k"));
        group.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var large = await proxy.Control.PutAsync("/keys/anthropic", new StringContent(new string('k', 5000)));
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task The_canary_is_seen_by_its_provider_alone()
    {
        await using var proxy = await ProxyServer.StartAsync();
        var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        var told = new StringBuilder();
        provider.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        told.Append(await TextAsync(await cell.GetAsync("/anthropic/v1/models")));
        provider.Answer = context => throw new InvalidOperationException("the stub breaks");
        told.Append(await TextAsync(await cell.PostAsync("/anthropic/v1/messages", new StringContent("{}"))));
        await provider.DisposeAsync();
        told.Append(await TextAsync(await cell.GetAsync("/anthropic/v1/models")));
        told.Append(await TextAsync(await cell.GetAsync("/anthropic/v1/nothing")));
        proxy.Names["api.anthropic.com"] = [];
        told.Append(await TextAsync(await cell.GetAsync("/anthropic/v1/models")));
        await using var liar = await StubUpstream.StartAsync(new TestRoots(), "api.anthropic.com");
        proxy.Names["api.anthropic.com"] = [ProxyServer.Somewhere];
        proxy.Ports[443] = liar.Port;
        var untrusted = await TextAsync(await cell.GetAsync("/anthropic/v1/models"));
        untrusted.ShouldContain("not to be trusted");
        liar.Seen.ShouldBeEmpty();
        told.Append(untrusted);
        told.Append(await proxy.Control.GetStringAsync(ControlPaths.Status));
        told.Append(await proxy.Control.GetStringAsync(ControlPaths.Calls));
        told.Append(await proxy.Control.GetStringAsync(ControlPaths.Denials));
        told.Append(proxy.Log.Text);
        provider.Seen.Count(s => s.Headers["x-api-key"] == ProxyServer.Key).ShouldBe(2);
        told.ToString().ShouldNotContain("canary");
        foreach (
            var file in Directory.EnumerateFiles(proxy.Folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".sock"))
        )
        {
            File.ReadAllText(file, Encoding.Latin1).ShouldNotContain("canary", Case.Insensitive, file);
        }
    }

    [Fact]
    public async Task Denials_are_followed_by_group()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await proxy.RawAsync("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
        await using var stream = await proxy.Control.GetStreamAsync($"{ControlPaths.Denials}?group=bart&follow=1");
        using var lines = new StreamReader(stream);
        (await lines.ReadLineAsync())!.ShouldContain("\"host\":\"a.example\"");
        await proxy.RawAsync("CONNECT b.example:443 HTTP/1.1\r\n\r\n", ProxyServer.Lisa);
        await proxy.RawAsync("CONNECT c.example:443 HTTP/1.1\r\n\r\n");
        (await lines.ReadLineAsync())!.ShouldContain("\"host\":\"c.example\"");
        (await proxy.Control.GetStringAsync($"{ControlPaths.Denials}?group=lisa")).ShouldContain("b.example");
    }

    [Fact]
    public async Task Denials_stay_on_disk()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await proxy.RawAsync("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
        var path = Path.Combine(proxy.Folder, "home", "denials.jsonl");
        await Eventually.Until(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'));
        (await File.ReadAllTextAsync(path)).ShouldBe(await proxy.Control.GetStringAsync(ControlPaths.Denials));
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_file_of_lines_keeps_two_generations()
    {
        var folder = Directory.CreateTempSubdirectory("creel-lines-").FullName;
        var path = Path.Combine(folder, "x");
        await using (var file = new LineFile(path, most: 100))
        {
            for (var i = 0; i < 50; i++)
            {
                file.Add(Encoding.ASCII.GetBytes($"line {i:000}"));
            }
        }

        var kept = File.Exists(path) ? await File.ReadAllLinesAsync(path) : [];
        string[] all = [.. await File.ReadAllLinesAsync($"{path}.1"), .. kept];
        all.ShouldBe(Enumerable.Range(50 - all.Length, all.Length).Select(i => $"line {i:000}"));
        all.Length.ShouldBeInRange(12, 24);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return $"{answer}{await answer.Content.ReadAsStringAsync()}";
        }
    }

    private static async Task<string> RevisionAsync(ProxyServer proxy) =>
        Field(await proxy.Control.GetStringAsync(ControlPaths.Status), "orders");

    private static string Field(string json, string name) => JsonDocument.Parse(json).RootElement.GetProperty(name).GetString()!;
}
