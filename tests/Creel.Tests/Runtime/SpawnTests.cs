using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Tests.Runtime;

public sealed class SpawnTests
{
    private static readonly Dictionary<string, string> Path = new()
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
    };

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 3", 3, null)]
    [InlineData("exit 255", 255, null)]
    [InlineData("kill -9 $$", 137, "SIGKILL")]
    [InlineData("kill -15 $$", 143, "SIGTERM")]
    [InlineData("kill -64 $$", 192, "SIG64")]
    public async Task An_exit_is_told_as_shells_tell_it(string command, int code, string? signal)
    {
        using var child = Start("sh", "-c", command);
        (await child.Exit).ShouldBe(new ExitStatus(code, signal));
    }

    [Fact]
    public async Task A_program_leads_a_session_of_its_own_with_no_signal_blocked()
    {
        using var child = Start("sh", "-c", "cut -d' ' -f1,5,6 /proc/$$/stat; grep SigBlk /proc/self/status");
        var lines = (await ReadAsync(child.Output!)).Split('\n');
        lines[0].ShouldBe($"{child.Pid} {child.Pid} {child.Pid}");
        lines[1].ShouldEndWith("0000000000000000");
    }

    [Theory]
    [InlineData("no-such-program-here")]
    [InlineData("/no/such/program")]
    [InlineData("")]
    public void A_missing_program_is_named(string program) =>
        Should.Throw<CreelException>(() => Start(program)).Fault.Message.ShouldContain($"'{program}'");

    [Fact]
    public void A_missing_folder_is_named() =>
        Should
            .Throw<CreelException>(() => Spawner.Start(new SpawnOrder(["true"], Path, "/no/such/folder")))
            .Fault.Message.ShouldContain("/no/such/folder");

    [Fact]
    public void A_zero_byte_cuts_no_argument_short() =>
        Should.Throw<CreelException>(() => Start("echo", "a\0b")).Fault.Code.ShouldBe("zero-byte");

    [Fact]
    public async Task Many_at_once_are_all_reaped_with_their_own_code()
    {
        var children = Enumerable.Range(0, 60).Select(i => (Code: i, Child: Start("sh", "-c", $"exit {i}"))).ToList();
        foreach (var (code, child) in children)
        {
            (await child.Exit).Code.ShouldBe(code);
            child.Dispose();
        }
    }

    [Fact]
    public async Task Ending_a_group_ends_its_children_even_those_that_do_not_want_to()
    {
        using var child = Start("sh", "-c", "sh -c 'trap \"\" TERM; echo ready; while :; do sleep 0.1; done' & wait");
        var bytes = new byte[100];
        (await child.Output!.ReadAsync(bytes, CancellationToken.None)).ShouldBe(6);

        await child.EndAsync(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        await child.Exit;
        await Eventually.Until(() => !child.Signal(0));
    }

    [Fact]
    public async Task A_terminal_is_a_terminal()
    {
        using var terminal = new Creel.Runtime.Processes.Terminal(101, 33);
        using var child = Spawner.StartOn(
            terminal,
            new SpawnOrder(["sh", "-c", "stty size; read x; stty size; exit 7"], Path, "/")
        );
        terminal.StartReading();
        terminal.Resize(120, 50);
        await terminal.WriteAsync("\n"u8.ToArray(), CancellationToken.None);

        var text = "";
        await foreach (var piece in terminal.Output.ReadAllAsync())
        {
            text += System.Text.Encoding.UTF8.GetString(piece);
        }

        (await child.Exit).Code.ShouldBe(7);
        text.ShouldContain("50 120");
    }

    private static Child Start(params string[] arguments) => Spawner.Start(new SpawnOrder(arguments, Path, "/"));

    private static async Task<string> ReadAsync(PipeReader pipe)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        int count;
        while ((count = await pipe.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return System.Text.Encoding.UTF8.GetString(all.ToArray());
    }
}
