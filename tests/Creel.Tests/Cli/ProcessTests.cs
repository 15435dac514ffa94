using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Creel.Tests.Cli;

/// <summary>What only a process of its own shows: signals, pipes, a real terminal.</summary>
public sealed class ProcessTests : IAsyncLifetime
{
    private ApiServer server = null!;

    private static string Creel { get; } = Path.Combine(AppContext.BaseDirectory, "creel");

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task Interrupted_it_exits_130(int signal)
    {
        var open = new TaskCompletionSource();
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                open.TrySetResult();
                while (await ApiServer.HearAsync(socket) is not null) { }
            }
        );
        using var process = Start("logs", "bart", "-f");

        await open.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Kill(process.Id, signal).ShouldBe(0);
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(130, await process.StandardError.ReadToEndAsync());
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_it_without_a_word()
    {
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                try
                {
                    while (true)
                    {
                        await ApiServer.SayAsync(socket, "a line\n");
                    }
                }
                catch (Exception e)
                    when (e is System.Net.WebSockets.WebSocketException or IOException or OperationCanceledException) { }
            }
        );
        using var process = Start("logs", "bart", "-f");

        (await process.StandardOutput.ReadLineAsync()).ShouldBe("a line");
        process.StandardOutput.Close();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(141);
        (await process.StandardError.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ends", 5)]
    [InlineData("is told to stop", 130)]
    [InlineData("is left with a tilde and a dot", 0)]
    public async Task A_shell_talks_raw_and_the_terminal_is_as_before_when_it(string how, int exit)
    {
        var heard = new TaskCompletionSource<string>();
        var query = "";
        server.Stream(
            "bart",
            async (socket, context) =>
            {
                query = context.Request.QueryString.ToString();
                await ApiServer.SayAsync(socket, "\x1b[1mready\r\n");
                var typed = "";
                while (!typed.EndsWith('\r') && await ApiServer.HearAsync(socket) is { } message)
                {
                    typed += message.IsText ? "" : message.Text;
                }

                heard.TrySetResult(typed);
                if (how == "ends")
                {
                    await ApiServer.EndAsync(socket, 5);
                    return;
                }

                while (await ApiServer.HearAsync(socket) is not null) { }
            }
        );
        var (before, after, code) = (File("before"), File("after"), File("code"));
        var line = $"stty rows 33 columns 99; stty -g >{before}; {Creel} shell bart; echo $? >{code}; stty -g >{after}";
        using var process = Process.Start(Info("script", ["-qec", line, "/dev/null"]))!;

        // Ctrl-C is a byte like any other.
        (await ReadUntilAsync(process, "ready")).ShouldContain("\x1b[1mready");
        await process.StandardInput.WriteAsync("x\u0003\r");
        await process.StandardInput.FlushAsync();
        (await heard.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("x\u0003\r");
        if (how == "is told to stop")
        {
            Kill(Child(process.Id), 15).ShouldBe(0);
        }
        else if (how != "ends")
        {
            await process.StandardInput.WriteAsync("~.");
            await process.StandardInput.FlushAsync();
        }

        await Eventually.Until(() => System.IO.File.Exists(after) && System.IO.File.ReadAllText(after).Length > 0);
        (await System.IO.File.ReadAllTextAsync(code)).Trim().ShouldBe($"{exit}");
        (await System.IO.File.ReadAllTextAsync(after)).ShouldBe(await System.IO.File.ReadAllTextAsync(before));
        query.ShouldStartWith("?kind=shell&columns=99&rows=33&term=");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    [Theory]
    [InlineData("up /bin/sh --yes", "nothing had to change")]
    [InlineData("ps", "no cells")]
    [InlineData("timeout 2 ps -w", "no cells")]
    public async Task With_nothing_to_show_what_stood_above_stays_on_the_screen(string line, string shown)
    {
        server.On("GET /cells", """{"cells":[]}""");
        server.On("POST /habitat/plan", """{"steps":[]}""");
        server.Lines("POST /habitat/apply", """{"event":"plan","plan":{"steps":[]}}""", """{"event":"done","ok":true}""");
        var command = line.StartsWith("timeout", StringComparison.Ordinal)
            ? $"timeout --foreground -s INT 2 {Creel} {line["timeout 2 ".Length..]}"
            : $"{Creel} {line}";
        using var process = Process.Start(
            Info("script", ["-qec", $"stty rows 24 columns 80; echo above; {command}; echo below", "/dev/null"])
        )!;

        var screen = new TestScreen();
        screen.Print(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();

        screen.Lines[0].ShouldBe("above");
        screen.Lines[1].ShouldStartWith(shown);
        screen.Lines.Last(text => text.Length > 0).ShouldBe("below");
    }

    [Fact]
    public async Task The_old_name_hands_over_to_creel()
    {
        server.On("GET /agents", """{"agents":[]}""");
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(root.FullName, "Creel.slnx")))
        {
            root = root.Parent!;
        }

        var script = File("vm-agent");
        System.IO.File.Copy(Path.Combine(root.FullName, "compat", "vm-agent"), script);
        System.IO.File.CreateSymbolicLink(File("creel"), Creel);
        using var process = Process.Start(Info(script, ["list"]))!;

        (await process.StandardOutput.ReadToEndAsync()).ShouldBe("No agents found\n");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    private static async Task<string> ReadUntilAsync(Process process, string word)
    {
        var text = "";
        var buffer = new char[1024];
        while (!text.Contains(word))
        {
            var count = await process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            count.ShouldBeGreaterThan(0, text);
            text += new string(buffer, 0, count);
        }

        return text;
    }

    /// <summary>The creel that runs under <c>script</c> and its shell.</summary>
    private static int Child(int ancestor)
    {
        foreach (
            var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _))
        )
        {
            try
            {
                var pid = int.Parse(Path.GetFileName(folder));
                if (System.IO.File.ReadAllText($"{folder}/comm").Trim() == "creel" && Ancestors(pid).Contains(ancestor))
                {
                    return pid;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        }

        throw new InvalidOperationException("no creel runs there");
    }

    private static IEnumerable<int> Ancestors(int pid)
    {
        while (pid > 1)
        {
            var stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
            pid = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
            yield return pid;
        }
    }

    private Process Start(params string[] args) => Process.Start(Info(Creel, args))!;

    private ProcessStartInfo Info(string program, string[] args)
    {
        var info = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["CREEL_HOME"] = server.Home;
        info.Environment["TERM"] = "xterm";
        return info;
    }

    private string File(string name) => Path.Combine(server.Home, name);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
