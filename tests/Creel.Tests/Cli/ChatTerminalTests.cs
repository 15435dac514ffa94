using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

/// <summary>A conversation at a real terminal: what is typed there, and what Ctrl-C and Ctrl-D are.</summary>
public sealed class ChatTerminalTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private ApiServer server = null!;
    private Process? started;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync()
    {
        // One that did not leave would keep whoever waits for our output.
        started?.Kill(entireProcessTree: true);
        started?.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task It_streams_and_ctrl_c_stops_an_answer_and_ctrl_d_leaves()
    {
        var (goOn, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        var asked = 0;
        server.On(
            "POST /turns",
            async context =>
            {
                var run = Interlocked.Increment(ref asked);
                context.Response.ContentType = "application/x-ndjson";
                await Say($$"""{"event":"accepted","runId":"r{{run}}","agent":"bart","sessionKey":"agent:bart:main"}""");
                await Say("""{"event":"text","delta":"half of"}""");
                if (run == 1)
                {
                    await goOn.Task;
                    await Say("""{"event":"text","delta":" it"}""");
                    await Say("""{"event":"end","state":"ok","text":"half of it","error":null}""");
                    return;
                }

                await aborted.Task;
                await Say("""{"event":"end","state":"aborted","text":"half of","error":null}""");

                async Task Say(string line)
                {
                    await context.Response.WriteAsync(line + "\n");
                    await context.Response.Body.FlushAsync();
                }
            }
        );
        server.On(
            "POST /turns/abort",
            async context =>
            {
                aborted.TrySetResult();
                await context.Response.WriteAsync("""{"aborted":true}""");
            }
        );
        var code = Path.Combine(server.Home, "code");
        var process = Start($"{Path.Combine(AppContext.BaseDirectory, "creel")} chat bart; echo $? >{code}");

        await UntilAsync(process, "> ");
        await TypeAsync(process, "hello\r");
        await UntilAsync(process, "half of");
        goOn.SetResult();
        await UntilAsync(process, " it");
        await UntilAsync(process, "> ");
        await TypeAsync(process, "again\r");
        await UntilAsync(process, "half of");
        await TypeAsync(process, "\u0003");
        await UntilAsync(process, "(stopped)");
        await UntilAsync(process, "> ");
        await TypeAsync(process, "\u0004");

        await Eventually.Until(() => File.Exists(code) && File.ReadAllText(code).Length > 0);
        (await File.ReadAllTextAsync(code)).Trim().ShouldBe("0");
        server
            .Requests.Select(r => $"{r.Path} {r.Body}")
            .ShouldBe([
                """/turns {"agent":"bart","sessionKey":null,"message":"hello"}""",
                """/turns {"agent":"bart","sessionKey":null,"message":"again"}""",
                """/turns/abort {"key":"agent:bart:main","runId":"r2"}""",
            ]);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    [Fact]
    public async Task Ctrl_c_at_the_prompt_leaves()
    {
        var code = Path.Combine(server.Home, "code");
        var process = Start($"{Path.Combine(AppContext.BaseDirectory, "creel")} chat bart; echo $? >{code}");

        await UntilAsync(process, "> ");
        await TypeAsync(process, "\u0003");

        await Eventually.Until(() => File.Exists(code) && File.ReadAllText(code).Length > 0);
        (await File.ReadAllTextAsync(code)).Trim().ShouldBe("0");
        server.Requests.ShouldBeEmpty();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    private Process Start(string line)
    {
        // The shell outlives the signal, which goes to all at the terminal; who is started in the background is deaf to it.
        var info = new ProcessStartInfo("env", ["--default-signal=INT", "script", "-qec", $"trap : INT; {line}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["CREEL_HOME"] = server.Home;
        info.Environment["TERM"] = "xterm";
        return started = Process.Start(info)!;
    }

    private static async Task TypeAsync(Process process, string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }

    private static async Task UntilAsync(Process process, string word)
    {
        var text = "";
        var one = new char[1];
        while (!text.EndsWith(word, StringComparison.Ordinal))
        {
            var count = await process.StandardOutput.ReadAsync(one).AsTask().WaitAsync(Patience);
            count.ShouldBe(1, text);
            text += one[0];
        }
    }
}
