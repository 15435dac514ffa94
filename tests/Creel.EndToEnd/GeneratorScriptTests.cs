using System.Diagnostics;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>The scripts under the old names, with the published executable.</summary>
public sealed class GeneratorScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-script-").FullName;

    private string Out => Path.Combine(folder, "out");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PublishedTheory]
    [InlineData("generate-session-services.sh", "session", "openclaw-g.service")]
    [InlineData("generate-docker-compose.sh", "container", "docker-compose.yaml")]
    public async Task A_script_takes_the_old_variables_and_writes_the_old_files(string script, string mode, string file)
    {
        var (code, output, error) = await RunAsync(script, ("ISOLATION_DEFAULT", mode), ("DRY_RUN", "1"));

        code.ShouldBe(0, error);
        output.ShouldContain("[g]");
        error.ShouldContain("warning:");
        File.Exists(Path.Combine(Out, file)).ShouldBeTrue();
    }

    [PublishedTheory]
    [InlineData("generate-session-services.sh")]
    [InlineData("generate-docker-compose.sh")]
    public async Task A_missing_count_exits_1_and_is_named(string script)
    {
        var (code, _, error) = await RunAsync(script, ("AGENT_COUNT", ""));

        code.ShouldBe(1);
        error.ShouldContain("AGENT_COUNT");
        Directory.Exists(Out).ShouldBeFalse();
    }

    [PublishedTheory]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    public async Task Without_DRY_RUN_compose_is_brought_up_by_the_program_in_PATH(int programs, int ours)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        var program = Path.Combine(bin, "docker-compose");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$PWD $@\" >{folder}/log\nexit {programs}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var (code, _, error) = await RunAsync(
            "generate-docker-compose.sh",
            ("ISOLATION_DEFAULT", "container"),
            ("PATH", $"{bin}:{Environment.GetEnvironmentVariable("PATH")}")
        );

        code.ShouldBe(ours, error);
        (await File.ReadAllTextAsync($"{folder}/log")).ShouldBe($"{Out} -f docker-compose.yaml up -d\n");
        File.Exists(Path.Combine(Out, "docker-compose.yaml")).ShouldBeTrue();
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string script, params (string Name, string Value)[] more)
    {
        // As it is installed: beside the executable.
        var installed = Path.Combine(folder, script);
        File.Copy(Path.Combine(Published.Root, "compat", script), installed);
        File.CreateSymbolicLink(Path.Combine(folder, "creel"), Published.Creel);
        var start = new ProcessStartInfo("/bin/sh", [installed]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("CREEL_PROFILE");
        start.Environment.Remove("DRY_RUN");
        (string, string)[] usual =
        [
            ("AGENT_COUNT", "1"),
            ("AGENT1_NAME", "a"),
            ("AGENT1_ISOLATION_GROUP", "g"),
            ("ISOLATION_GROUPS", "g"),
            ("SESSION_OUTPUT_DIR", Out),
            ("COMPOSE_OUTPUT_DIR", Out),
        ];
        foreach (var (name, value) in usual.Concat(more))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
