using System.Diagnostics;
using Creel.Core.Isolation;

namespace Creel.Tests.Runtime;

/// <summary>The real creel-runtime, as it was built beside these tests.</summary>
internal sealed class RuntimeProcess : IDisposable
{
    private readonly Process process;
    private readonly System.Text.StringBuilder errors = new();

    private RuntimeProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    public int Pid => process.Id;

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    /// <summary>The build puts it beside the tests; a published one can be named instead.</summary>
    public static string File =>
        Environment.GetEnvironmentVariable("CREEL_TEST_RUNTIME") is { Length: > 0 } given
            ? given
            : Path.Combine(AppContext.BaseDirectory, "creel-runtime");

    public static RuntimeProcess Start(string socket, string state, params (string Name, string Value)[] more) =>
        Start([
            (CellPaths.HubSocketVariable, socket),
            (CellPaths.StateVariable, state),
            (CellPaths.CellVariable, "cell"),
            .. more,
        ]);

    public static RuntimeProcess Start((string Name, string Value)[] variables, params string[] arguments) =>
        StartUnder([], variables, arguments);

    /// <param name="launcher">A program and its arguments that start the runtime; empty: none.</param>
    public static RuntimeProcess StartUnder(string[] launcher, (string Name, string Value)[] variables, params string[] arguments)
    {
        string[] command = [.. launcher, File, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (root is not null)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new RuntimeProcess(Process.Start(start)!);
    }

    public void KillHard() => Signal(9);

    public void Signal(int signal) => Kill(process.Id, signal).ShouldBe(0);

    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    public async Task<string> OutputAsync() => await process.StandardOutput.ReadToEndAsync();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
