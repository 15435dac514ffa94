using Creel.Core.Isolation;

namespace Creel.Tests.Runtime;

/// <summary>Where a runtime can start, and what it says where it can't.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("exec \"$@\" 2>/dev/full")]
    [InlineData("cd \"$GONE\" && rmdir \"$GONE\" && exec \"$@\"")]
    public async Task It_runs_tasks_where_its_surroundings_are_poor(string how)
    {
        var gone = Directory.CreateDirectory(folder["gone"]).FullName;
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        using var process = Start(["sh", "-c", how, "sh"], ("GONE", gone));

        var connection = await hub.ConnectionAsync();
        connection.Abort();
        var again = await hub.ConnectionAsync(1);
        var response = await again.RunAsync("bart", new { type = "exec", command = "echo alive" });

        response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("alive");
    }

    [RootFact]
    public async Task A_state_folder_that_can_not_be_written_is_named()
    {
        Directory.CreateDirectory(folder["state"] + "/home");
        File.WriteAllText(folder["state"] + "/lock", "");
        const string ReadOnly = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";
        using var process = Start(["unshare", "-m", "sh", "-c", ReadOnly, "sh", folder["state"]]);

        (await process.ExitAsync()).ShouldBe(4);
        process.Errors.ShouldContain(folder["state"]);
        process.Errors.ShouldContain(CellPaths.StateVariable);
        process.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task However_it_was_started_it_has_no_diagnostics_socket()
    {
        var temporary = Directory.CreateDirectory(folder["tmp"]).FullName;
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        using var process = Start([], ("DOTNET_EnableDiagnostics", ""), ("TMPDIR", temporary), ("KEPT", "a\tb"));
        var connection = await hub.ConnectionAsync();

        Directory.GetFileSystemEntries(temporary).ShouldBeEmpty();
        File.ReadAllText($"/proc/{process.Pid}/environ").Split('\0').ShouldContain("KEPT=a\tb");
        var response = await connection.RunAsync("bart", new { type = "exec", command = "echo alive" });
        response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("alive");
    }

    [Fact]
    public async Task An_image_need_not_have_OpenSSL()
    {
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        using var process = Start([]);
        var connection = await hub.ConnectionAsync();
        connection.Acknowledges = false;
        await connection.RunAsync("bart", new { type = "exec", command = "head -c 100000 /dev/zero" });

        File.ReadAllLines($"/proc/{process.Pid}/maps")
            .Select(line => Path.GetFileName(line))
            .Where(name => name.Contains("ssl", StringComparison.OrdinalIgnoreCase) || name.Contains("crypto"))
            .Distinct()
            .ShouldBeEmpty();
    }

    private RuntimeProcess Start(string[] launcher, params (string, string)[] more) =>
        RuntimeProcess.StartUnder(
            launcher,
            [(CellPaths.HubSocketVariable, folder["hub.sock"]), (CellPaths.StateVariable, folder["state"]), .. more]
        );
}
