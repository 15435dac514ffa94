using System.Text.Json;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>
/// The test assembly as a program: runs one driver, and does what it is told line by line. So the suite can run a driver as
/// another user, and kill the process that started a cell.
/// </summary>
internal static class DriverRunner
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["driver", var name, var run, var group, var program])
        {
            await Console.Error.WriteLineAsync("This is a test assembly: run it with 'dotnet test'.");
            return ExitCodes.Usage;
        }

        InheritedDescriptors.CloseOnExec();
        var driver = Substrate.Make(name, new LinuxOptions(run) { ControlGroup = group }, program);
        var running = new Dictionary<int, CancellationTokenSource>();
        var output = TextWriter.Synchronized(Console.Out);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var call = JsonSerializer.Deserialize<RunnerCall>(line, RunnerWire.Json)!;
            if (call.Verb == "cancel")
            {
                if (running.TryGetValue(call.Number, out var given))
                {
                    await given.CancelAsync();
                }

                continue;
            }

            var cancel = running[call.Number] = new CancellationTokenSource();
            _ = Task.Run(async () =>
                output.WriteLine(JsonSerializer.Serialize(await AnswerAsync(driver, call, cancel.Token), RunnerWire.Json))
            );
        }

        return 0;
    }

    private static async Task<RunnerAnswer> AnswerAsync(IIsolationDriver driver, RunnerCall call, CancellationToken cancel)
    {
        try
        {
            return call.Verb switch
            {
                "fingerprint" => new RunnerAnswer(call.Number) { Fingerprint = await driver.FingerprintAsync(cancel) },
                "start" => new RunnerAnswer(call.Number) { Handle = await driver.StartAsync(call.Spec!, cancel) },
                "recover" => new RunnerAnswer(call.Number) { Handle = await driver.RecoverAsync(call.Spec!, cancel) },
                "inspect" => new RunnerAnswer(call.Number) { Seen = await driver.InspectAsync(call.Handle!, cancel) },
                "measure" => new RunnerAnswer(call.Number) { Usage = await driver.MeasureAsync(call.Handle!, cancel) },
                "drift" => new RunnerAnswer(call.Number) { Drift = await driver.DriftAsync(call.Handle!, cancel) },
                "pid" => new RunnerAnswer(call.Number) { Pid = Environment.ProcessId },
                "wait" => new RunnerAnswer(call.Number) { Seen = await driver.WaitAsync(call.Handle!, cancel) },
                _ => await StopAsync(driver, call, cancel),
            };
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new RunnerAnswer(call.Number) { Cancelled = true };
        }
        catch (CreelException e)
        {
            return new RunnerAnswer(call.Number) { Fault = e.Fault };
        }
        catch (Exception e)
        {
            return new RunnerAnswer(call.Number) { Bug = e.ToString() };
        }
    }

    private static async Task<RunnerAnswer> StopAsync(IIsolationDriver driver, RunnerCall call, CancellationToken cancel)
    {
        await driver.StopAsync(call.Handle!, call.Grace, cancel);
        return new RunnerAnswer(call.Number);
    }
}
