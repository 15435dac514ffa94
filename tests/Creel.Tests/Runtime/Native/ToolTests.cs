using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Core.Tools;
using Creel.Runtime.Brains.Native.Tools;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Runtime.Native;

public class ToolTests : IAsyncLifetime
{
    private NativeCell cell = null!;

    public async Task InitializeAsync() => cell = await NativeCell.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Fact]
    public async Task Read_gives_lines_in_parts_and_lists_folders()
    {
        File.WriteAllLines(cell.InWorkspace("many"), Enumerable.Range(1, 5000).Select(i => $"line {i}"));
        var first = await UseAsync("read", new { path = "many" });
        first.ShouldStartWith("line 1\n");
        first.ShouldContain("[lines 1 to 2000 of 5000; go on with offset 2001]");
        (
            await UseAsync(
                "read",
                new
                {
                    path = "many",
                    offset = 4999,
                    limit = "5",
                }
            )
        ).ShouldBe("line 4999\nline 5000\n");
        (await UseAsync("read", new { path = "many", offset = 9999 })).ShouldContain("has only 5000 lines");
        (await UseAsync("read", new { path = "." })).ShouldBe("many");
        (await UseAsync("read", new { path = "none" })).ShouldContain("ENOENT");
        File.WriteAllBytes(cell.InWorkspace("image"), [0x89, 0x50, 0, 1, 255]);
        (await UseAsync("read", new { path = "image" })).ShouldContain("is no text");
    }

    [Fact]
    public async Task Edit_wants_one_place_or_all_of_them()
    {
        File.WriteAllText(cell.InWorkspace("a"), "one two one");
        (
            await UseAsync(
                "edit",
                new
                {
                    path = "a",
                    oldText = "one",
                    newText = "1",
                }
            )
        ).ShouldContain("2 times");
        (
            await UseAsync(
                "edit",
                new
                {
                    path = "a",
                    oldText = "three",
                    newText = "3",
                }
            )
        ).ShouldContain("not in a");
        (
            await UseAsync(
                "edit",
                new
                {
                    path = "a",
                    oldText = "two",
                    newText = "2",
                }
            )
        ).ShouldContain("1 place");
        (
            await UseAsync(
                "edit",
                new
                {
                    file_path = "a",
                    old_string = "one",
                    new_string = "1",
                    all = true,
                }
            )
        ).ShouldContain("2 places");
        File.ReadAllText(cell.InWorkspace("a")).ShouldBe("1 2 1");
    }

    [Fact]
    public async Task A_patch_is_done_whole_or_not_at_all()
    {
        File.WriteAllText(cell.InWorkspace("a.txt"), "one\ntwo\nthree\n");
        File.WriteAllText(cell.InWorkspace("old.txt"), "bye\n");
        const string good = """
            *** Begin Patch
            *** Update File: a.txt
            @@ one
            -two
            +TWO
             three
            *** Add File: sub/new.txt
            +hello
            +world
            *** Delete File: old.txt
            *** End Patch
            """;
        (await UseAsync("apply_patch", new { input = good })).ShouldBe("Done:\nM a.txt\nA sub/new.txt\nD old.txt");
        File.ReadAllText(cell.InWorkspace("a.txt")).ShouldBe("one\nTWO\nthree\n");
        File.ReadAllText(cell.InWorkspace("sub/new.txt")).ShouldBe("hello\nworld\n");
        File.Exists(cell.InWorkspace("old.txt")).ShouldBeFalse();

        var bad = good.Replace("sub/new.txt", "sub/other.txt")
            .Replace("-two", "-nothing like it")
            .Replace("*** Delete File: old.txt\n", "");
        (await UseAsync("apply_patch", new { input = bad })).ShouldContain("has no such lines");
        File.Exists(cell.InWorkspace("sub/other.txt")).ShouldBeFalse();

        Directory.CreateDirectory(cell.InWorkspace("b.txt"));
        const string half = "*** Begin Patch\n*** Add File: c.txt\n+c\n*** Update File: a.txt\n*** Move to: b.txt\n*** End Patch";
        (await UseAsync("apply_patch", new { input = half })).ShouldContain("Nothing is changed");
        File.Exists(cell.InWorkspace("c.txt")).ShouldBeFalse();
        File.ReadAllText(cell.InWorkspace("a.txt")).ShouldBe("one\nTWO\nthree\n");
    }

    [Theory]
    [InlineData("no patch", "begins with")]
    [InlineData("*** Begin Patch\n*** End Patch", "names at least one file")]
    [InlineData("*** Begin Patch\n*** Add File: a\n+x", "ends with")]
    [InlineData("*** Begin Patch\n*** Update File: a\n*** End Patch", "changes something")]
    [InlineData("*** Begin Patch\n*** Update File: a\n@@\nx\n*** End Patch", "line 4 of the patch")]
    [InlineData("*** Begin Patch\nnonsense\n*** End Patch", "line 2 of the patch")]
    public void A_patch_that_is_none_is_told_by_line(string text, string words) =>
        Should.Throw<Core.CreelException>(() => Patch.Read(text)).Fault.Message.ShouldContain(words);

    [Fact]
    public async Task Exec_runs_in_the_workspace_and_tells_how_it_ended()
    {
        (
            await UseAsync("exec", new { command = "pwd; echo $CREEL_AGENT $CREEL_SESSION_KEY $X >&2", env = new { X = "y" } })
        ).ShouldBe($"{cell.Workspace}\nbart agent:bart:main y");
        (await UseAsync("exec", new { command = "echo no; exit 3" })).ShouldBe("no\n(exit code 3)");
        (await UseAsync("exec", new { command = "true" })).ShouldBe("(it printed nothing)");
        (await UseAsync("exec", new { command = "echo begun; sleep 60", timeout = 1 })).ShouldBe(
            "begun\n(ended after 1 s, since it took longer)"
        );
        (await UseAsync("exec", new { command = "x", timeout = "soon" })).ShouldContain("'timeout' must be a number");
    }

    [Fact]
    public async Task Of_a_huge_output_the_beginning_and_the_end_are_told()
    {
        var output = await UseAsync("exec", new { command = "echo begin; seq 1 300000; echo end" });
        output.Length.ShouldBeLessThan(60_000);
        output.ShouldStartWith("begin\n1\n");
        output.ShouldEndWith("300000\nend");
        output.ShouldContain("are left out here");
    }

    [Fact]
    public async Task A_program_may_be_left_running_and_asked_for()
    {
        (await UseAsync("exec", new { command = "echo up; sleep 60", background = true })).ShouldContain("as p1");
        await Eventually.Until(async () => (await UseAsync("process", new { action = "poll", id = "p1" })) == "up\n\n(running)");
        (await UseAsync("process", new { action = "list" })).ShouldBe("p1: running: echo up; sleep 60");
        (await UseAsync("process", new { action = "kill", id = "p1" })).ShouldContain("SIGTERM");
        (await UseAsync("process", new { action = "list" })).ShouldBe("(none)");
        (await UseAsync("process", new { action = "poll", id = "p9" })).ShouldContain("There is no program p9");
    }

    [Theory]
    [InlineData("../outside/x")]
    [InlineData("/etc/hostname")]
    [InlineData("link/x")]
    [InlineData("dangling")]
    public async Task Files_outside_are_closed_where_the_habitat_says_so(string path)
    {
        Directory.CreateSymbolicLink(cell.InWorkspace("link"), cell.Outside);
        File.CreateSymbolicLink(cell.InWorkspace("dangling"), Path.Combine(cell.Outside, "made"));
        cell.Mind(m => m with { Tools = new ToolRules { WorkspaceOnly = true } });
        (await UseAsync("write", new { path, content = "x" })).ShouldContain("is not in the workspace");
        Directory.GetFiles(cell.Outside).ShouldBeEmpty();
        (await UseAsync("write", new { path = "sub/x", content = "x" })).ShouldContain("is written");
    }

    [Fact]
    public async Task Notes_are_found_by_their_words()
    {
        Directory.CreateDirectory(cell.InWorkspace("memory"));
        File.WriteAllText(cell.InWorkspace("MEMORY.md"), "Lisa plays the saxophone.\n");
        File.WriteAllText(
            cell.InWorkspace("memory/2026-11-21.md"),
            string.Join('\n', Enumerable.Repeat("nothing here", 20)) + "\nBart broke the window.\n"
        );
        (await UseAsync("memory_search", new { query = "who broke the window?" })).ShouldStartWith(
            "memory/2026-11-21.md, from line 17:"
        );
        (await UseAsync("memory_search", new { query = "zebra" })).ShouldContain("Nothing in your notes");
        (await UseAsync("memory_get", new { path = "MEMORY.md" })).ShouldStartWith("Lisa plays");
        (await UseAsync("memory_get", new { path = "../outside/secret" })).ShouldContain("is none of your notes");
    }

    [Fact]
    public async Task Other_conversations_are_asked_for_at_the_hub()
    {
        cell.Model.First = async context =>
        {
            if (!context.Request.Path.StartsWithSegments("/creel"))
            {
                return false;
            }

            var (agent, session) = (context.Request.Headers["x-creel-agent"], context.Request.Headers["x-creel-session"]);
            if (context.Request.Path.Value == "/creel/sessions/spawn")
            {
                context.Response.StatusCode = 403;
                await context.Response.WriteAsync("""{"error":"not you","code":"refused"}""");
                return true;
            }

            await context.Response.WriteAsync(
                $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {agent} {session}"
            );
            return true;
        };
        (await UseAsync("sessions_list", new { limit = 3 })).ShouldBe("GET /creel/sessions?limit=3 bart agent:bart:main");
        (await UseAsync("sessions_history", new { sessionKey = "agent:lisa:main" })).ShouldStartWith(
            "GET /creel/sessions/history?key=agent%3Alisa%3Amain "
        );
        (await UseAsync("session_status", new { })).ShouldStartWith("GET /creel/sessions/status?key=agent%3Abart%3Amain ");
        (
            await UseAsync(
                "sessions_send",
                new
                {
                    agentId = "lisa",
                    message = "hi",
                    timeoutSeconds = 5,
                }
            )
        ).ShouldStartWith("POST /creel/sessions/send ");
        (await UseAsync("sessions_spawn", new { task = "x" })).ShouldBe("not you");
    }

    [Theory]
    [InlineData(
        "<html><head><title>T &amp; t</title><style>x</style></head><body><h1>Hi</h1><p>a <b>b</b></p><script>1<2</script><ul><li>one<li><a href='http://x/y'>two</a></ul><!-- no --></body>",
        "# T & t\n\n# Hi\n\na b\n\n- one\n- two (http://x/y)"
    )]
    [InlineData("plain", "plain")]
    [InlineData("<p>unclosed <b", "unclosed")]
    [InlineData("<script>never ends", "")]
    public void A_page_is_told_without_its_HTML(string html, string text) => PageText.Read(html).ShouldBe(text);

    [Fact]
    public async Task A_page_comes_through_the_relay_and_a_wrong_address_is_told()
    {
        cell.Model.First = async context =>
        {
            if (context.Request.Host.Host != "pages.example")
            {
                return false;
            }

            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<p>hello</p>");
            return true;
        };
        (await UseAsync("web_fetch", new { url = "http://pages.example/a" })).ShouldBe("200 http://pages.example/a\n\nhello");
        (await UseAsync("web_fetch", new { url = "file:///etc/passwd" })).ShouldContain("is no http or https address");
    }

    /// <summary>What the model is told by a tool that it calls.</summary>
    private async Task<string> UseAsync(string tool, object input)
    {
        cell.Model.Say(
            new OfflineRule { When = new(After: "tool"), Text = "ok" },
            new OfflineRule { Tools = [new(tool, JsonSerializer.Serialize(input))] }
        );
        (await cell.TurnAsync("x")).Error.ShouldBeNull();
        return cell
            .Model.Asked.Last(a => a.Path.EndsWith("/messages", StringComparison.Ordinal))
            .Body.GetProperty("messages")
            .EnumerateArray()
            .Last()
            .GetProperty("content")[0]
            .GetProperty("content")
            .GetString()!;
    }
}
