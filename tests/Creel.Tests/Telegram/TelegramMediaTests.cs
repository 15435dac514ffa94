using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core.Sessions;
using Creel.Samples.Telegram;
using Creel.Tests.Gateway.Channels;

namespace Creel.Tests.Telegram;

/// <summary>Files that come with messages, and files that agents send.</summary>
public sealed class TelegramMediaTests : IDisposable
{
    private const string Token = "111:AAAAAAAAAAAAAAAAAAAA";
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

    private readonly string workspace = Directory.CreateTempSubdirectory("creel-media-").FullName;

    public void Dispose() => Directory.Delete(workspace, recursive: true);

    [Fact]
    public async Task A_picture_is_put_into_the_workspace_and_the_agent_told_where()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        bot.Files["big1"] = Jpeg;
        await using var bench = await StartAsync(telegram);
        await telegram.WriteAsync(bot, Photo("big1", "look"));

        await Eventually.Until(() => bench.Turns.Started.Count == 1);
        var turn = bench.Turns.Started.Single();
        var path = turn.Images.ShouldHaveSingleItem();
        turn.Message.ShouldBe($"look\n[photo: {path}, image/jpeg, 7 bytes]");
        path.ShouldStartWith("media/inbound/");
        (await File.ReadAllBytesAsync(Path.Combine(workspace, path))).ShouldBe(Jpeg);
        turn.ExtraSystemPrompt!.ShouldContain("MEDIA:");
        bench.Log.Text.ShouldNotContain("AAAA");
    }

    [Theory]
    [InlineData("../../etc/cron.d/x", "_.._etc_cron.d_x")]
    [InlineData("Rechnung März.pdf", "Rechnung_M_rz.pdf")]
    [InlineData(".bashrc", "bashrc")]
    public async Task A_files_own_name_leads_nowhere(string name, string kept)
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        bot.Files["f1"] = [1, 2];
        await using var bench = await StartAsync(telegram);
        var document = new JsonObject
        {
            ["file_id"] = "f1",
            ["file_name"] = name,
            ["mime_type"] = "application/pdf",
        };
        await telegram.WriteAsync(bot, Payloads.Direct(7, null).And("document", document));
        await Eventually.Until(() => bench.Turns.Started.Count == 1);
        bench.Turns.Started.Single().Images.ShouldBeEmpty();
        Directory.GetFiles(workspace, "*", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldEndWith($"-1-{kept}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_too_large_is_not_fetched_and_the_agent_told_so(bool told)
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        bot.TellsSizes = told;
        bot.Files["big1"] = new byte[1024 * 1024 + 1];
        await using var bench = await StartAsync(telegram, "mediaMaxMb: 1,");
        await telegram.WriteAsync(bot, Photo("big1", "look"));
        await telegram.WriteAsync(bot, Photo("gone", null));
        await Eventually.Until(() => bench.Turns.Started.Count == 2);
        bench.Turns.Started.First().Message.ShouldBe("look\n[photo, which could not be fetched: it has more than 1 MB]");
        bench.Turns.Started.Last().Message.ShouldContain("invalid file_id");
        Directory.GetFileSystemEntries(workspace).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_leads_elsewhere_takes_no_file()
    {
        var outside = Directory.CreateTempSubdirectory("creel-outside-").FullName;
        Directory.CreateDirectory(Path.Combine(workspace, "media"));
        File.CreateSymbolicLink(Path.Combine(workspace, "media", "inbound"), outside);
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        bot.Files["big1"] = Jpeg;
        await using var bench = await StartAsync(telegram);
        await telegram.WriteAsync(bot, Photo("big1", "look"));
        await Eventually.Until(() => bench.Turns.Started.Count == 1);
        bench.Turns.Started.Single().Message.ShouldContain("could not be fetched");
        Directory.GetFileSystemEntries(outside).ShouldBeEmpty();
        Directory.Delete(outside);
    }

    [Fact]
    public async Task An_agent_sends_files_of_its_workspace_and_of_nothing_else()
    {
        var secret = Path.Combine(Path.GetTempPath(), $"creel-secret-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(secret, "secret");
        Directory.CreateDirectory(Path.Combine(workspace, "out"));
        await File.WriteAllBytesAsync(Path.Combine(workspace, "out", "chart.jpg"), Jpeg);
        await File.WriteAllTextAsync(Path.Combine(workspace, "notes.txt"), "notes");
        File.CreateSymbolicLink(Path.Combine(workspace, "link.txt"), secret);
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        await using var bench = await StartAsync(telegram);
        bench.Turns.Answer = request =>
            Task.FromResult(
                InMemoryTurns.Ok(
                    request,
                    $"Here:\nMEDIA:out/chart.jpg\nMEDIA: /workspace/bart/notes.txt\nMEDIA:link.txt\nMEDIA:../x\nMEDIA:{secret}\n```\nMEDIA:notes.txt\n```\nDone."
                )
            );
        await telegram.WriteAsync(bot, Payloads.Direct(7, "chart?"));

        await Eventually.Until(() => telegram.Sent.Count == 4);
        telegram.Sent.First().Text.ShouldBe("Here:\nMEDIA:notes.txt\nDone.");
        bot.Received.Select(f => (f.Method, f.Name, f.Chat))
            .ShouldBe([("sendPhoto", "chart.jpg", 7), ("sendDocument", "notes.txt", 7)]);
        bot.Received.First().Content.ShouldBe(Jpeg);
        telegram.Sent.Skip(1).ShouldAllBe(s => s.Text.Contains("could not be sent") && !s.Text.Contains("secret/"));
        File.Delete(secret);
    }

    [Theory]
    [InlineData("", "tools: { deny: ['group:fs'] },", "")]
    [InlineData("", "", "tools: { profile: 'messaging' },")]
    [InlineData("", "tools: { toolsBySender: { 'id:7': { deny: ['read'] } } },", "")]
    [InlineData("", "tools: { byProvider: { anthropic: { deny: ['read'] } } },", "model: 'anthropic/claude-opus-4-6',")]
    [InlineData("groupPolicy: 'open', groups: { '-5': { requireMention: false, tools: { deny: ['read'] } } },", "", "")]
    public async Task Who_may_not_have_a_file_read_gets_none(string account, string top, string agent)
    {
        await File.WriteAllTextAsync(Path.Combine(workspace, "notes.txt"), "notes");
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        await using var bench = await StartAsync(telegram, account, top, agent);
        bench.Turns.Answer = request => Task.FromResult(InMemoryTurns.Ok(request, "MEDIA:notes.txt"));
        await telegram.WriteAsync(bot, account.Length > 0 ? Payloads.Group(-5, 7, "notes?") : Payloads.Direct(7, "notes?"));

        await Eventually.Until(() => telegram.Sent.Count == 1 || !bot.Received.IsEmpty);
        bot.Received.ShouldBeEmpty();
        telegram.Sent.Single().Text.ShouldBe("MEDIA:notes.txt");
        (bench.Turns.Started.Single().ExtraSystemPrompt ?? "").ShouldNotContain("MEDIA:");
    }

    [Fact]
    public async Task A_file_leaves_on_no_more_than_the_whole_turns_behalf()
    {
        await File.WriteAllTextAsync(Path.Combine(workspace, "notes.txt"), "notes");
        await using var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "one_bot");
        await using var bench = await StartAsync(telegram);
        var limited = new TurnBehalf(false)
        {
            Limits = [new Core.Tools.ToolLimit("another's", new Core.Tools.ToolList { Deny = ["read"] })],
        };
        bench.Turns.Answer = request =>
            Task.FromResult(InMemoryTurns.Ok(request, "MEDIA:notes.txt") with { Behalf = request.ActsFor.And(limited) });
        await telegram.WriteAsync(bot, Payloads.Direct(7, "notes?"));

        await Eventually.Until(() => telegram.Sent.Count == 1 || !bot.Received.IsEmpty);
        bot.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_messenger_that_hangs_holds_up_the_files_of_its_own_account_alone()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var (hangs, works) = (telegram.Bot(Token, 111, "one_bot"), telegram.Bot("222:BBBBBBBBBBBBBBBBBBBB", 222, "two_bot"));
        hangs.Files["f1"] = works.Files["f1"] = Jpeg;
        var held = new TaskCompletionSource();
        hangs.FilesHeld = held.Task;
        await using var bench = await StartAsync(
            telegram,
            """
            groupPolicy: 'open', groups: { '*': { requireMention: false } },
            accounts: { default: {}, other: { botToken: "222:BBBBBBBBBBBBBBBBBBBB" } },
            """
        );
        for (var group = -1; group >= -6; group--)
        {
            var sizes = new JsonArray(new JsonObject { ["file_id"] = "f1" });
            await telegram.WriteAsync(hangs, Payloads.Group(group, 7, null).And("photo", sizes));
        }

        await telegram.WriteAsync(works, Photo("f1", "look"));
        await Eventually.Until(() => !bench.Turns.Started.IsEmpty);
        bench.Turns.Started.Single().Message.ShouldStartWith("look\n[photo: media/inbound/");
        held.SetResult();
        await Eventually.Until(() => bench.Turns.Started.Count == 7);
    }

    private static JsonObject Photo(string id, string? caption)
    {
        var photo = new JsonArray(new JsonObject { ["file_id"] = "small" }, new JsonObject { ["file_id"] = id });
        var message = Payloads.Direct(7, null).And("photo", photo);
        return caption is null ? message : message.And("caption", caption);
    }

    private Task<GatewayBench> StartAsync(StandInTelegram telegram, string more = "", string top = "", string agent = "") =>
        GatewayBench.StartAsync(
            $$"""
            {
              name: "simpsons",
              agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart", {{agent}} }] },
              {{top}}
              channels: { telegram: { apiRoot: "{{telegram.Root}}", botToken: "{{Token}}", dmPolicy: "open", allowFrom: ["*"], {{more}} } },
            }
            """,
            bench => bench.Media = new WorkspaceMedia(agent => new AgentPlace(agent, workspace, workspace, null))
        );
}
