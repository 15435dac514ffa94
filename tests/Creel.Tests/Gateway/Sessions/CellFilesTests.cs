using System.Text.Json;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Sessions;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>Files that cells wrote, real ones.</summary>
public sealed class CellFilesTests : IDisposable
{
    private const int Room = 1024 * 1024;
    private readonly string root = Directory.CreateTempSubdirectory("creel-cell-").FullName;
    private readonly WorkspaceFiles files;
    private readonly CellTranscripts transcripts;

    public CellFilesTests()
    {
        Directory.CreateDirectory(Workspace);
        Directory.CreateDirectory(Sessions);
        Func<AgentId, AgentPlace?> place = a =>
            a == Bart ? new AgentPlace(a, Workspace, Path.Combine(root, "state"), null) : null;
        (files, transcripts) = (new WorkspaceFiles(place), new CellTranscripts(place));
    }

    private string Workspace => Path.Combine(root, "workspace");
    private string Sessions => Path.Combine(root, "state", "agents", "bart", "sessions");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_file_is_written_whole_and_read_back()
    {
        (await files.GetAsync(Bart, "SOUL.md")).Missing.ShouldBeTrue();
        (await files.SetAsync(Bart, "SOUL.md", "be kind\n")).Size.ShouldBe(8);
        (await files.GetAsync(Bart, "SOUL.md")).Content.ShouldBe("be kind\n");
        (await files.SetAsync(Bart, "SOUL.md", "")).Size.ShouldBe(0);
        var listed = await files.ListAsync(Bart);
        listed.Count(f => !f.Missing).ShouldBe(1);
        Directory.GetFiles(Workspace).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("SELF.md", "unsupported-file", "unsupported file \"SELF.md\"")]
    [InlineData("../SOUL.md", "unsupported-file", "unsupported file \"../SOUL.md\"")]
    public async Task Other_names_are_none(string name, string code, string message)
    {
        var fault = await Should.ThrowAsync<CreelException>(async () => await files.GetAsync(Bart, name));
        (fault.Fault.Code, fault.Fault.Message).ShouldBe((code, message));
        await Should.ThrowAsync<CreelException>(async () => await files.SetAsync(Bart, name, "x"));
    }

    [Theory]
    [InlineData("symbolic")]
    [InlineData("hard")]
    [InlineData("folder")]
    [InlineData("dangling")]
    public async Task What_leads_elsewhere_is_neither_read_nor_written(string kind)
    {
        var (secret, soul) = (Path.Combine(root, "secret"), Path.Combine(Workspace, "SOUL.md"));
        await File.WriteAllTextAsync(secret, "of the host");
        switch (kind)
        {
            case "symbolic":
                File.CreateSymbolicLink(soul, secret);
                break;
            case "dangling":
                File.CreateSymbolicLink(soul, Path.Combine(root, "nothing"));
                break;
            case "folder":
                Directory.CreateDirectory(soul);
                break;
            default:
                using (var link = System.Diagnostics.Process.Start("ln", [secret, soul]))
                {
                    await link.WaitForExitAsync();
                }

                break;
        }

        (await Should.ThrowAsync<CreelException>(async () => await files.GetAsync(Bart, "SOUL.md"))).Fault.Message.ShouldBe(
            "unsafe workspace file \"SOUL.md\""
        );
        (await Should.ThrowAsync<CreelException>(async () => await files.SetAsync(Bart, "SOUL.md", "mine"))).Fault.Code.ShouldBe(
            "unsafe-file"
        );
        (await File.ReadAllTextAsync(secret)).ShouldBe("of the host");
        File.Exists(Path.Combine(root, "nothing")).ShouldBeFalse();
        (await files.ListAsync(Bart)).ShouldAllBe(f => f.Missing);
    }

    [Fact]
    public void A_transcript_is_read_from_its_end_and_a_torn_line_left_out()
    {
        var lines = Enumerable.Range(0, 3000).Select(i => Message($"m{i} {new string('x', i % 97)}"));
        var text =
            "{\"type\":\"session\",\"version\":3,\"id\":\"s1\"}\n"
            + string.Join('\n', lines)
            + "\nnonsense\n"
            + Message("torn")[..30];
        File.WriteAllText(Path.Combine(Sessions, "s1.jsonl"), text);
        Texts(Tail("s1", 2)).ShouldBe([$"m2998 {new string('x', 2998 % 97)}", $"m2999 {new string('x', 2999 % 97)}"]);
        Tail("s1", 1000).Count.ShouldBe(1000);
        Texts(Tail("s1", 5000))[0].ShouldBe("m0 ");
        Tail("s2", 10).ShouldBeEmpty();
        transcripts.Tail(Lisa, "s1", 10, Room).Messages.ShouldBeEmpty();
    }

    [Fact]
    public void A_line_longer_than_a_block_is_whole_again()
    {
        var long_ = new string('y', 200_000) + "é";
        File.WriteAllText(Path.Combine(Sessions, "s1.jsonl"), Message("before") + "\n" + Message(long_) + "\n");
        Texts(Tail("s1", 10)).ShouldBe(["before", long_]);
    }

    [Fact]
    public void A_line_that_is_too_long_is_passed_over_and_said_to_be()
    {
        var file = Path.Combine(Sessions, "s1.jsonl");
        File.WriteAllText(file, $"{Message("before")}\n{Message(new string('y', Room))}\n{Message("after")}\n");
        var part = transcripts.Tail(Bart, "s1", 10, Room);
        Texts(part.Messages).ShouldBe(["before", "after"]);
        part.IsCut.ShouldBeTrue();

        // As many as there is room for, and none is left out in between.
        File.WriteAllLines(file, Enumerable.Range(0, 100).Select(i => Message($"{i} {new string('z', i % 2 * Room / 5)}")));
        part = transcripts.Tail(Bart, "s1", 100, Room);
        Texts(part.Messages)
            .Select(t => int.Parse(t.Split(' ')[0]))
            .ShouldBe(Enumerable.Range(100 - part.Messages.Count, part.Messages.Count));
        part.Messages.Count.ShouldBeInRange(3, 10);
        part.IsCut.ShouldBeTrue();
        transcripts.Tail(Bart, "s1", 2, Room).IsCut.ShouldBeFalse();
    }

    [Fact]
    public void What_is_held_of_a_hostile_transcript_does_not_grow_with_it()
    {
        File.WriteAllBytes(Path.Combine(Sessions, "s1.jsonl"), [.. Enumerable.Repeat((byte)'[', 16 * 1024 * 1024), (byte)'\n']);
        transcripts.Tail(Bart, "s1", 200, Room);
        var before = GC.GetAllocatedBytesForCurrentThread();
        transcripts.Tail(Bart, "s1", 200, Room).Messages.ShouldBeEmpty();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 * Room);
    }

    [Fact]
    public void A_transcript_is_put_aside_in_its_folder()
    {
        File.WriteAllText(Path.Combine(Sessions, "s1.jsonl"), "");
        var aside = transcripts.PutAside(Bart, "s1", "reset", DateTimeOffset.UnixEpoch).ShouldHaveSingleItem();
        aside.ShouldBe("s1.jsonl.reset.1970-01-01T00-00-00.000Z");
        File.Exists(Path.Combine(Sessions, aside)).ShouldBeTrue();
        transcripts.PutAside(Bart, "s1", "reset", DateTimeOffset.UnixEpoch).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_cell_says_of_its_sessions_is_believed_as_far_as_it_can_be_checked()
    {
        Index(
            """
            {
              "agent:bart:main": {"sessionId":"s-1","updatedAt":1700000000000,"label":"home","thinkingLevel":"high","totalTokens":9,
                "verboseLevel":"deafening","lastChannel":"telegram","lastAccountId":"lisa","lastTo":"direct:42"},
              "telegram:direct:7": {"sessionId":"s-2"},
              "agent:lisa:main": {"sessionId":"s-3"},
              "agent:bart:x": {"sessionId":"../../etc/passwd"},
              "agent:bart:y": 7, "": {"sessionId":"s-4"}
            }
            """
        );
        List<string> trouble = [];
        var found = transcripts.Index(Bart, trouble.Add).ToDictionary(e => e.Key);
        found.Keys.Order().ShouldBe(["agent:bart:main", "agent:bart:telegram:direct:7"]);
        var main = found["agent:bart:main"];
        (main.SessionId, main.Label, main.ThinkingLevel, main.VerboseLevel, main.TotalTokens).ShouldBe(
            ("s-1", "home", "high", null, 9)
        );
        // Or its words would leave by whose bot it likes.
        (main.LastChannel, main.LastAccountId, main.LastTo).ShouldBe((null, null, null));
        trouble.ShouldHaveSingleItem().ShouldStartWith("4 entries");
    }

    [Theory]
    [InlineData("{\"agent:bart:main\": {\"sess")]
    [InlineData("[]")]
    [InlineData("\0\0\0")]
    [InlineData("")]
    public void A_broken_index_is_told_once_and_harms_nothing(string text)
    {
        Index(text);
        List<string> trouble = [];
        transcripts.Index(Bart, trouble.Add).ShouldBeEmpty();
        trouble.ShouldHaveSingleItem();
    }

    [Fact]
    public void An_index_that_is_a_link_is_not_followed()
    {
        File.WriteAllText(Path.Combine(root, "other.json"), "{\"agent:bart:main\":{\"sessionId\":\"s\"}}");
        File.CreateSymbolicLink(Path.Combine(Sessions, "sessions.json"), Path.Combine(root, "other.json"));
        List<string> trouble = [];
        transcripts.Index(Bart, trouble.Add).ShouldBeEmpty();
        trouble.ShouldHaveSingleItem();
    }

    [Fact]
    public void An_index_costs_little_more_than_its_length_whatever_is_in_it()
    {
        var hostile = string.Join(',', Enumerable.Repeat("0", 4 * 1024 * 1024));
        Index($"{{\"agent:bart:x\":{{\"sessionId\":\"s-9\",\"more\":[{hostile}]}},\"agent:bart:y\":{{\"sessionId\":\"s-1\"}}}}");
        List<string> trouble = [];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = transcripts.Index(Bart, trouble.Add);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(12 * 1024 * 1024);
        found.ShouldHaveSingleItem().Key.ShouldBe("agent:bart:y");
        trouble.ShouldHaveSingleItem().ShouldStartWith("1 entries");
    }

    private IReadOnlyList<JsonElement> Tail(string session, int limit) => transcripts.Tail(Bart, session, limit, Room).Messages;

    private void Index(string text) => File.WriteAllText(Path.Combine(Sessions, "sessions.json"), text);

    private static string Message(string text) =>
        $"{{\"type\":\"message\",\"id\":\"a\",\"message\":{{\"role\":\"user\",\"content\":{JsonSerializer.Serialize(text)}}}}}";

    private static List<string> Texts(IReadOnlyList<JsonElement> messages) =>
        [.. messages.Select(m => m.GetProperty("content").GetString()!)];
}
