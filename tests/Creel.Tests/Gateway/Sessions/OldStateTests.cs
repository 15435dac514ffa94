using Creel.Adapters.Loopback;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.Telegram;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Creel.Tests.Gateway.Channels;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>What an OpenClaw left beside its configuration.</summary>
public sealed class OldStateTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-old-").FullName;
    private readonly List<string> trouble = [];

    private string Old => Path.Combine(root, "openclaw");
    private string OldSessionsFolder => Path.Combine(Old, "agents", "bart", "sessions");
    private string State => Path.Combine(root, "state");
    private string Sessions => Path.Combine(State, "agents", "bart", "sessions");
    private AgentPlace Place => new(Bart, root, State, null);

    public OldStateTests()
    {
        Directory.CreateDirectory(OldSessionsFolder);
        Directory.CreateDirectory(State);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Conversations_come_along_once_and_the_original_stays()
    {
        Put("sessions.json", """{"agent:bart:main":{"sessionId":"s1","updatedAt":1700000000000}}""");
        Put("s1.jsonl", "one\n");
        Put("auth-profiles.json", "secret");
        OldSessions.Bring(Place, Old, trouble.Add).ShouldBe(1);
        Directory.GetFiles(Sessions).Select(Path.GetFileName).Order().ShouldBe(["s1.jsonl", "sessions.json"]);
        new CellTranscripts(_ => Place).Index(Bart, trouble.Add).ShouldHaveSingleItem().SessionId.ShouldBe("s1");
        trouble.ShouldBeEmpty();

        Put("s2.jsonl", "two\n");
        OldSessions.Bring(Place, Old, trouble.Add).ShouldBeNull();
        File.Exists(Path.Combine(Sessions, "s2.jsonl")).ShouldBeFalse();
        Directory.GetFiles(OldSessionsFolder).Length.ShouldBe(4);
    }

    [Fact]
    public void What_a_kill_cut_off_begins_anew_and_who_has_conversations_gets_none()
    {
        Put("sessions.json", "{}");
        var coming = Directory.CreateDirectory(Path.Combine(State, "agents", "bart", "sessions.coming")).FullName;
        File.WriteAllText(Path.Combine(coming, "sessions.json"), "{");
        OldSessions.Bring(Place, Old, trouble.Add).ShouldBe(0);
        File.ReadAllText(Path.Combine(Sessions, "sessions.json")).ShouldBe("{}");
        Directory.Exists(coming).ShouldBeFalse();
        OldSessions.Bring(new AgentPlace(Lisa, root, State, null), Old, trouble.Add).ShouldBeNull();
        Directory.Exists(Path.Combine(State, "agents", "lisa")).ShouldBeFalse();
    }

    [Fact]
    public void A_link_in_it_brings_nothing_of_the_host()
    {
        var secret = Path.Combine(root, "secret");
        File.WriteAllText(secret, "of the host");
        Put("sessions.json", "{}");
        File.CreateSymbolicLink(Path.Combine(OldSessionsFolder, "evil.jsonl"), secret);
        OldSessions.Bring(Place, Old, trouble.Add).ShouldBe(0);
        Directory.GetFiles(Sessions).Length.ShouldBe(1);
        trouble.ShouldHaveSingleItem().ShouldContain("evil.jsonl");
    }

    [Fact]
    public void Who_was_let_in_is_read_by_channel_and_account()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Old, "credentials")).FullName;
        File.WriteAllText(
            Path.Combine(folder, "telegram-allowFrom.json"),
            """{"version":1,"allowFrom":["7","tg:8","*","@ann"]}"""
        );
        File.WriteAllText(Path.Combine(folder, "telegram-coding-allowFrom.json"), """{"version":1,"allowFrom":["9"]}""");
        File.WriteAllText(Path.Combine(folder, "telegram-torn-allowFrom.json"), """{"version":1,"allow""");
        File.WriteAllText(Path.Combine(folder, "matrix-allowFrom.json"), """{"allowFrom":["x"]}""");
        OldCredentials
            .Paired(Old, [new TelegramKind(TimeProvider.System), new LoopbackKind()])
            .Select(p => $"{p.Account} {p.Sender}")
            .Order()
            .ShouldBe(["telegram:coding 9", "telegram:default 7", "telegram:default 8"]);
    }

    [Fact]
    public void Who_waits_with_a_code_is_read_as_it_was_written_there()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Old, "credentials")).FullName;
        File.WriteAllText(
            Path.Combine(folder, "telegram-pairing.json"),
            """
            {"version":1,"requests":[
              {"id":"9","code":"QRSTUVWX","createdAt":"2026-02-27T10:05:00.000Z","lastSeenAt":"2026-02-27T10:06:00.000Z","meta":{"accountId":"coding","username":"ann","firstName":"Ann\u202e"}},
              {"id":"7","code":"abcd2345","createdAt":"2026-02-27T10:00:00.000Z"},
              {"id":"8","code":"TOOSHORT1","createdAt":"2026-02-27T10:00:00.000Z"},
              {"id":"8","code":"ABCD2346"},
              {"id":"@ann","code":"ABCD2347","createdAt":"2026-02-27T10:00:00.000Z"},
              "nobody", {"id":8}]}
            """
        );
        File.WriteAllText(Path.Combine(folder, "loopback-pairing.json"), """{"version":1,"requests":{}}""");
        File.WriteAllText(Path.Combine(folder, "matrix-pairing.json"), """{"requests":[{"id":"x","code":"ABCD2345"}]}""");
        var ten = new DateTimeOffset(2026, 2, 27, 10, 0, 0, TimeSpan.Zero);
        OldPairings
            .Waiting(Old, [new TelegramKind(TimeProvider.System), new LoopbackKind()])
            .ShouldBe([
                new PairingRequest(new("telegram", "default"), "7", null, "ABCD2345", ten, ten),
                new PairingRequest(new("telegram", "coding"), "9", "Ann", "QRSTUVWX", ten.AddMinutes(5), ten.AddMinutes(6)),
            ]);
        OldPairings.Waiting(root, [new LoopbackKind()]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_waits_there_waits_here_with_the_code_that_he_was_told()
    {
        const string Habitat = """
            { name: "h", agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }] }, channels: { loopback: {} } }
            """;
        var now = DateTimeOffset.UtcNow;
        PairingRequest ann = new(new ChannelAccount("loopback", "default"), "ann", "Ann", "ABCD2345", now.AddMinutes(-50), now);
        await using var bench = await GatewayBench.StartAsync(
            Habitat,
            b =>
            {
                b.Habitat = b.Habitat! with { StateFolder = "/old" };
                b.OldPairings = _ => [new PairedSender(ann.Account, "abe")];
                b.OldWaiting = state =>
                    state == "/old"
                        ?
                        [
                            ann with
                            {
                                Sender = "late",
                                Code = "ABCD2346",
                                CreatedAt = now.AddMinutes(-61),
                            },
                            ann with
                            {
                                Sender = "soon",
                                Code = "ABCD2347",
                                CreatedAt = now.AddDays(1),
                            },
                            ann with
                            {
                                Sender = "abe",
                                Code = "ABCD2348",
                            },
                            ann,
                        ]
                        : [];
            }
        );

        (await bench.Pairings.WaitingAsync(now)).Select(w => (w.Sender, w.Code)).ShouldBe([("ann", "ABCD2345")]);
        bench.Log.Text.ShouldContain("1 strangers keep the codes");
        // He is not told another one; and is let in by his.
        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"));
        (await bench.Pairings.ApproveAsync("loopback", null, "abcd2345", now)).ShouldNotBeNull();
        await bench.EndAsync();
        await bench.BeginAsync();
        await bench.Channel().PutAsync(GatewayBench.Direct("2", "ann", "hi again"));
        (await bench.NextAsync()).Text.ShouldBe("bart heard: hi again");
    }

    [Fact]
    public async Task Who_was_let_in_there_is_let_in_here_once()
    {
        const string Habitat = """
            { name: "h", agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }] }, channels: { loopback: {} } }
            """;
        PairedSender ann = new(new ChannelAccount("loopback", "default"), "ann");
        await using var bench = await GatewayBench.StartAsync(
            Habitat,
            b =>
            {
                b.Habitat = b.Habitat! with { StateFolder = "/old" };
                b.OldPairings = state => state == "/old" ? [ann] : [];
            }
        );
        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"));
        (await bench.NextAsync()).Text.ShouldBe("bart heard: hi");
        bench.Log.Text.ShouldContain("let in here too");

        (await bench.Pairings.ForgetAsync(ann.Account, ann.Sender)).ShouldBeTrue();
        await bench.EndAsync();
        await bench.BeginAsync();
        await bench.Channel().PutAsync(GatewayBench.Direct("2", "ann", "hi again"));
        (await bench.NextAsync()).Text.ShouldContain("pairing");
    }

    private void Put(string name, string text) => File.WriteAllText(Path.Combine(OldSessionsFolder, name), text);
}
