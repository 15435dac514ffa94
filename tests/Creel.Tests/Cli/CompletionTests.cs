using System.Diagnostics;

namespace Creel.Tests.Cli;

public class CompletionTests
{
    [Theory]
    [InlineData("bash", "bash", "-n")]
    [InlineData("zsh", "zsh", "-n")]
    [InlineData("fish", "fish", "--no-execute")]
    public async Task A_script_is_right_in_its_shells_own_eyes(string shell, string program, string check)
    {
        var run = await CliRun.RunAsync("completion", shell);
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("creel complete");
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            // Only bash is on every machine.
            shell.ShouldNotBe("bash");
            return;
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, run.Output);
        using var process = Process.Start(new ProcessStartInfo(program, [check, file]) { RedirectStandardError = true })!;
        (await process.StandardError.ReadToEndAsync()).ShouldBeEmpty();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        File.Delete(file);
    }

    [Theory]
    [InlineData("a", "agent,audit")]
    [InlineData("task s", "send,show")]
    [InlineData("tasks dead ", "clear,list,redrive")]
    [InlineData("exec b", "bart,bob")]
    [InlineData("agent start ", "bart,bob,lisa")]
    [InlineData("exec bart ", "")]
    [InlineData("exec bart -- l", "")]
    [InlineData("plan --l", "--lenient")]
    [InlineData("task send --u", "--url")]
    [InlineData("completion ", "bash,fish,zsh")]
    [InlineData("compl", "completion")]
    [InlineData("budget set ", "bart,girls,habitat")]
    [InlineData("budget rm g", "girls")]
    public async Task Words_that_fit_are_offered(string typed, string offered)
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /agents", """{"agents":[{"id":"bart"},{"id":"lisa"},{"id":"bo\u0007b"}]}""");
        server.On("GET /habitat", """{"name":"h","groups":[{"id":"bart"},{"id":"girls"}]}""");
        string[] words = ["creel", .. typed.Split(' ')];

        var setting = new CliRun.Setting { Home = server.Home, Time = new Patient() };
        var run = await setting.RunAsync(["complete", $"{words.Length - 1}", "--", .. words]);

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(offered.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Without_a_server_no_agents_are_offered_and_nothing_is_said()
    {
        var run = await CliRun.RunAsync("complete", "2", "--", "creel", "exec", "");

        run.ShouldBe(new CliRun(0, "", ""));
    }

    /// <summary>No time is ever over, however slow the machine is.</summary>
    private sealed class Patient : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
