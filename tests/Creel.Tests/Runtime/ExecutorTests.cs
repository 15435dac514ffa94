using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Tests.Runtime;

public sealed class ExecutorTests : IAsyncLifetime
{
    private CellFixture cell = null!;

    public async Task InitializeAsync() => cell = await CellFixture.StartAsync(("CREEL_RELAY_PORT", "0"));

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Fact]
    public async Task A_vector_is_run_as_it_is()
    {
        var result = await ResultAsync(new { type = "exec", argv = (string[])["printf", "%s|", "a b", "$(id)", "*"] });
        result.GetProperty("stdout").GetString().ShouldBe("a b|$(id)|*|");
    }

    [Fact]
    public async Task A_background_child_does_not_hold_its_task_open()
    {
        var result = await ResultAsync(new { type = "exec", command = "sleep 300 & echo hi" });
        result.GetProperty("stdout").GetString().ShouldBe("hi");
    }

    [Theory]
    [InlineData("stdout", "sleep 300 & seq 1 200000")]
    [InlineData("stderr", "sleep 300 & seq 1 200000 >&2")]
    public async Task All_that_was_printed_before_the_end_is_there(string stream, string command)
    {
        var result = await ResultAsync(new { type = "exec", command });
        var lines = result.GetProperty(stream).GetString()!.Split('\n');
        lines.Length.ShouldBe(200_000);
        lines[^1].ShouldBe("200000");
    }

    [Fact]
    public async Task A_script_that_removes_the_folder_it_lies_in_keeps_its_result()
    {
        await cell.PrintAsync("mkdir place");
        var place = Path.Combine(cell.Workspace, "place");
        var response = await cell.RunAsync(
            new
            {
                type = "script",
                interpreter = "sh",
                script = "echo done; rm -r \"$TMPDIR\"",
                env = new Dictionary<string, string> { ["TMPDIR"] = place },
            }
        );
        response.GetProperty("success").GetBoolean().ShouldBeTrue(response.ToString());
        response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("done");

        response = await cell.RunAsync(
            new
            {
                type = "script",
                interpreter = "sh",
                script = "true",
                env = new Dictionary<string, string> { ["TMPDIR"] = place },
            }
        );
        response.GetProperty("error").GetString()!.ShouldContain($"could not be put into {place}");
    }

    [Theory]
    [InlineData("""{"type":"exec","command":"true","env":{"PATH":"a\u0000b"}}""")]
    [InlineData("""{"type":"exec","argv":["a/\u0000"]}""")]
    [InlineData("""{"type":"exec","command":"true","cwd":"a\u0000"}""")]
    [InlineData("""{"type":"script","script":"true","interpreter":"s/\u0000h"}""")]
    [InlineData("""{"type":"script","script":"true","interpreter":"sh","env":{"PATH":"/\u0000"}}""")]
    [InlineData("""{"type":"script","script":"true","interpreter":"sh","env":{"TMPDIR":"/\u0000"}}""")]
    [InlineData("""{"type":"file:read","filePath":"a\u0000b"}""")]
    [InlineData("""{"type":"git:pull","repoPath":"a\u0000b"}""")]
    [InlineData("""{"type":"git:clone","repo":"a\u0000b","destination":"x"}""")]
    public async Task A_zero_byte_is_refused_wherever_it_stands(string task)
    {
        var response = await cell.RunAsync(JsonDocument.Parse(task).RootElement);
        response.GetProperty("success").GetBoolean().ShouldBeFalse();
        response.GetProperty("error").GetString()!.ShouldNotContain("The runtime failed");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_no_harm()
    {
        var result = await ResultAsync(new { type = "exec", command = @"printf 'a\377\0b\033[1m'" });
        result.GetProperty("stdout").GetString().ShouldBe("a\uFFFD\0b\u001b[1m");
    }

    [Fact]
    public async Task A_task_sees_few_variables_and_its_own()
    {
        var printed = await cell.PrintAsync("env | cut -d= -f1 | sort | tr '\\n' ' '");
        printed.Split(' ').Except(["PWD", "OLDPWD", "SHLVL", "_"]).ShouldBe(["CREEL_AGENT", "HOME", "LANG", "PATH"]);
        var result = await ResultAsync(
            new
            {
                type = "exec",
                command = "echo $X$HOME",
                env = new Dictionary<string, string> { ["X"] = "y", ["HOME"] = "/h" },
            }
        );
        result.GetProperty("stdout").GetString().ShouldBe("y/h");
    }

    [Theory]
    [InlineData("""{"type":"exec","command":5}""", "'command' must be a string")]
    [InlineData("""{"type":"exec","argv":"ls"}""", "'argv' must be a list")]
    [InlineData("""{"type":"exec","argv":[]}""", "empty list")]
    [InlineData("""{"type":"exec","command":"x","argv":["x"]}""", "not both")]
    [InlineData("""{"type":"exec","command":"x","env":[1]}""", "'env' must be an object")]
    [InlineData("""{"type":"exec","command":"x","env":{"A=B":"1"}}""", "no variable can have")]
    [InlineData("""{"type":"exec","command":"x","timeout":-1}""", "'timeout' must be a number")]
    [InlineData("""{"type":"exec","command":"x","cwd":"nowhere"}""", "There is no folder")]
    [InlineData("""{"type":"exec","argv":["/"]}""", "can't be run")]
    [InlineData("""{"type":"exec","argv":["no-such-thing"]}""", "no program 'no-such-thing'")]
    [InlineData("""{"type":"script","script":"x","interpreter":"no-such-thing"}""", "There is no 'no-such-thing' in this cell")]
    [InlineData("""{"type":"script"}""", "script needs 'script'")]
    [InlineData("""{"type":"file:read"}""", "file:read needs 'filePath'")]
    [InlineData("""{"type":"file:read","filePath":"/"}""", "EISDIR")]
    [InlineData("""{"type":"file:read","filePath":"/dev/zero"}""", "has more than")]
    [InlineData("""{"type":"file:read","filePath":"x\u0000y"}""", "")]
    [InlineData("""{"type":"file:write","filePath":"f"}""", "file:write needs 'content'")]
    [InlineData("""{"type":"file:write","filePath":"f","content":"?","encoding":"base64"}""", "'content' is not base64")]
    [InlineData("""{"type":"file:write","filePath":"f","content":"x","encoding":"klingon"}""", "Unknown encoding")]
    [InlineData("""{"type":"file:write","filePath":"/proc/x/y","content":"x"}""", "")]
    [InlineData("""{"type":"git:clone","repo":"--upload-pack=evil","destination":"d"}""", "'repo' must not")]
    [InlineData("""{"type":"git:clone","repo":"r","destination":"-d"}""", "'destination' must not")]
    [InlineData("""{"type":"git:push","repoPath":".","remote":"--receive-pack=evil"}""", "'remote' must not")]
    [InlineData("""{"type":"turn"}""", "turn needs 'message'")]
    public async Task What_is_wrong_with_a_task_is_said_in_one_sentence(string task, string words)
    {
        var response = await cell.RunAsync(JsonDocument.Parse(task).RootElement);
        response.GetProperty("success").GetBoolean().ShouldBeFalse();
        response.GetProperty("error").GetString()!.ShouldContain(words);
        response.GetProperty("error").GetString()!.ShouldNotContain("runtime failed");
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_file_holds_nothing_up()
    {
        await cell.PrintAsync("mkfifo pipe");
        var response = await cell.RunAsync(new { type = "file:read", filePath = "pipe" });
        response.GetProperty("state").GetString().ShouldBeOneOf("failed", "succeeded");
    }

    [Theory]
    [InlineData("utf8", "héllo", "68c3a96c6c6f")]
    [InlineData("base64", "AAH/", "0001ff")]
    [InlineData("hex", "0001ff", "0001ff")]
    [InlineData("latin1", "é", "e9")]
    [InlineData("utf16le", "é", "e900")]
    public async Task A_file_is_written_and_read_in_its_encoding(string encoding, string content, string bytes)
    {
        await ResultAsync(
            new
            {
                type = "file:write",
                filePath = "deep/er/f",
                content,
                encoding,
            }
        );
        (await cell.PrintAsync("od -An -tx1 deep/er/f | tr -d ' \\n'")).ShouldBe(bytes);
        var read = await ResultAsync(
            new
            {
                type = "file:read",
                filePath = "deep/er/f",
                encoding,
            }
        );
        read.GetProperty("content").GetString().ShouldBe(content);
        (await cell.PrintAsync("ls deep/er")).ShouldBe("f");
    }

    [Fact]
    public async Task A_file_that_is_no_text_comes_as_base64()
    {
        await cell.PrintAsync(@"printf '\377\000' > binary");
        var read = await ResultAsync(new { type = "file:read", filePath = "binary" });
        read.GetProperty("encoding").GetString().ShouldBe("base64");
        read.GetProperty("content").GetString().ShouldBe("/wA=");
    }

    [Fact]
    public async Task Writing_keeps_a_files_mode_and_follows_its_link()
    {
        await cell.PrintAsync("echo '#!/bin/sh' > run; chmod 750 run; ln -s run link");
        await ResultAsync(
            new
            {
                type = "file:write",
                filePath = "link",
                content = "new",
            }
        );
        (await cell.PrintAsync("stat -c %a run; cat run; readlink link")).ShouldBe("750\nnew\nrun".Replace("new\n", "new"));
    }

    [Fact]
    public async Task A_device_is_written_and_not_replaced()
    {
        await ResultAsync(
            new
            {
                type = "file:write",
                filePath = "/dev/null",
                content = "x",
            }
        );
        (await cell.PrintAsync("test -c /dev/null && echo device")).ShouldBe("device");
    }

    [Fact]
    public async Task Git_clones_pulls_and_pushes()
    {
        await cell.PrintAsync(
            "git init -q --bare up.git && git clone -q up.git one 2>/dev/null && cd one && git checkout -q -b main"
                + " && git config user.name a && git config user.email b && git commit -q --allow-empty -m first"
        );
        await ResultAsync(new { type = "git:push", repoPath = "one" });
        var cloned = await ResultAsync(
            new
            {
                type = "git:clone",
                repo = cell.Workspace + "/up.git",
                destination = "two",
                branch = "main",
            }
        );
        cloned.GetProperty("branch").GetString().ShouldBe("main");
        await cell.PrintAsync("cd one && git commit -q --allow-empty -m second && git push -q origin main");
        await ResultAsync(new { type = "git:pull", repoPath = "two" });
        (await cell.PrintAsync("git -C two log --format=%s")).ShouldBe("second\nfirst");
    }

    [Fact]
    public async Task A_script_leaves_nothing_behind_and_takes_other_interpreters()
    {
        var result = await ResultAsync(
            new
            {
                type = "script",
                interpreter = "sh",
                script = "echo \"$0 $1\"; cat \"$0\"",
                args = (object[])["a b", 7],
            }
        );
        var printed = result.GetProperty("stdout").GetString()!;
        printed.ShouldContain(" a b");
        File.Exists(printed.Split(' ')[0]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("stdin", "text", "tr a-z A-Z", "HELLO")]
    [InlineData("argument", "text", "printf %s \"$1\" #", "hello")]
    [InlineData("stdin", "json", "echo '{\"text\":\"yes\",\"n\":1}'", "yes")]
    public async Task A_turn_is_answered_by_a_program(string input, string output, string command, string answer)
    {
        var brain = new WelcomeBrain(
            "command",
            input == "argument" ? ["sh", "-c", command, "brain"] : ["sh", "-c", command],
            input,
            output
        );
        await WelcomeAsync(TestHub.Agent(CellFixture.Agent, cell.Workspace, brain));
        var result = await ResultAsync(
            new
            {
                type = "turn",
                message = "hello",
                sessionKey = "agent:bart:main",
            }
        );
        result.GetProperty("text").GetString().ShouldBe(answer);
    }

    [Fact]
    public async Task A_brain_knows_its_conversation_and_takes_the_message_where_it_wants_it()
    {
        var brain = new WelcomeBrain(
            "command",
            ["sh", "-c", "echo \"$CREEL_SESSION_KEY $1\"", "brain", "<{message}>"],
            "stdin",
            "text"
        );
        await WelcomeAsync(TestHub.Agent(CellFixture.Agent, cell.Workspace, brain));
        var result = await ResultAsync(
            new
            {
                type = "turn",
                message = "$(id)",
                sessionKey = "agent:bart:main",
            }
        );
        result.GetProperty("text").GetString().ShouldBe("agent:bart:main <$(id)>");
    }

    [Theory]
    [InlineData("dreaming", "true", "text", "brain of kind 'dreaming'")]
    [InlineData("command", "exit 4", "text", "exit code 4")]
    [InlineData("command", "echo no json", "json", "no JSON object")]
    public async Task A_brain_that_fails_says_why(string kind, string command, string output, string words)
    {
        await WelcomeAsync(
            TestHub.Agent(CellFixture.Agent, cell.Workspace, new WelcomeBrain(kind, ["sh", "-c", command], "stdin", output))
        );
        var response = await cell.RunAsync(new { type = "turn", message = "hello" });
        response.GetProperty("success").GetBoolean().ShouldBeFalse();
        response.GetProperty("error").GetString()!.ShouldContain(words);
    }

    [Fact]
    public async Task Policy_decides_on_sudo_and_types_at_once()
    {
        await WelcomeAsync(TestHub.Agent(CellFixture.Agent, cell.Workspace, policy: TestHub.Policy(sudo: true, types: ["exec"])));
        (
            await cell.RunAsync(
                new
                {
                    type = "exec",
                    command = "id",
                    sudo = true,
                }
            )
        ).GetProperty("error").GetString()!.ShouldContain("level vm");
        (await cell.RunAsync(new { type = "build" })).GetProperty("error").GetString()!.ShouldContain("not allowed");
    }

    private Task WelcomeAsync(WelcomeAgent agent) =>
        cell.Connection.SendAsync(MessageTypes.Welcome, "cell", new Welcome(1, "cell", 30, [agent]));

    private async Task<JsonElement> ResultAsync(object task)
    {
        var response = await cell.RunAsync(task);
        response.GetProperty("success").GetBoolean().ShouldBeTrue(response.ToString());
        return response.GetProperty("result");
    }
}
