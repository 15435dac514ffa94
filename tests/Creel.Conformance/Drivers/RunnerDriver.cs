using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>A driver that truly runs in another process, as another user where one is given.</summary>
internal sealed class RunnerDriver : IIsolationDriver, IDisposable
{
    private readonly Process process;
    private readonly Elsewhere? elsewhere;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<RunnerAnswer>> waiting = new();
    private int last;

    public RunnerDriver(string name, LinuxOptions options, CellUser? user, string program = "bwrap", Elsewhere? elsewhere = null)
    {
        (Name, Level) = (name, Substrate.Make(name, options).Level);
        this.elsewhere = elsewhere;
        var assembly = typeof(RunnerDriver).Assembly.Location;
        var inPlace = user is null || elsewhere is not null;
        string[] dotnet = [Environment.ProcessPath!, "exec", inPlace ? assembly : ReachableCopy.Of(assembly, user!)];
        string[] arguments =
        [
            .. elsewhere?.Enter(user) ?? (user is null ? [] : HostTools.TakeOn(user, lasting: false)),
            .. dotnet,
            "driver",
            name,
            options.Run,
            options.ControlGroup,
            program,
        ];
        var info = new ProcessStartInfo(arguments[0], arguments[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        info.Environment["HOME"] = "/tmp";
        process = Process.Start(info)!;
        _ = Task.Run(ReadAsync);
    }

    public string Name { get; }

    public IsolationLevel Level { get; }

    /// <summary>As if by <c>kill -9</c>.</summary>
    public void Kill()
    {
        if (elsewhere is null)
        {
            process.Kill();
        }
        else
        {
            // The one here only carries what that one says.
            elsewhere.Run("kill", "-9", $"{AskAsync(n => new(n, "pid"), default).GetAwaiter().GetResult().Pid}");
        }

        process.WaitForExit();
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    public async ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "fingerprint"), cancel)).Fingerprint!;

    public async ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "start", spec), cancel)).Handle!;

    public async ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "recover", spec), cancel)).Handle;

    public async ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "inspect", Handle: handle), cancel)).Seen!;

    public async ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "measure", Handle: handle), cancel)).Usage;

    public async ValueTask<string?> DriftAsync(CellHandle handle, CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "drift", Handle: handle), cancel)).Drift;

    public async ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default) =>
        (await AskAsync(n => new(n, "wait", Handle: handle), cancel)).Seen!;

    public async ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default) =>
        await AskAsync(n => new(n, "stop", Handle: handle, Grace: grace), cancel);

    private async Task<RunnerAnswer> AskAsync(Func<int, RunnerCall> call, CancellationToken cancel)
    {
        var number = Interlocked.Increment(ref last);
        var answer = waiting[number] = new TaskCompletionSource<RunnerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        Tell(call(number));
        // It answers when it has cleared away; until then the test must not.
        await using var registration = cancel.Register(() => Tell(new RunnerCall(number, "cancel")));
        var said = await answer.Task;
        return said switch
        {
            { Fault: { } fault } => throw new CreelException(fault),
            { Cancelled: true } => throw new OperationCanceledException(cancel),
            { Bug: { } bug } => throw new InvalidOperationException(bug),
            _ => said,
        };
    }

    private void Tell(RunnerCall call)
    {
        var line = JsonSerializer.Serialize(call, RunnerWire.Json);
        lock (process)
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var answer = JsonSerializer.Deserialize<RunnerAnswer>(line, RunnerWire.Json)!;
            waiting[answer.Number].SetResult(answer);
        }

        foreach (var answer in waiting.Values)
        {
            answer.TrySetException(new InvalidOperationException("the driver's process has ended"));
        }
    }
}
