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
        var output = TextWriter.Synchronized(Console.Out);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var call = JsonSerializer.Deserialize<RunnerCall>(line, RunnerWire.Json)!;
            _ = Task.Run(async () =>
                output.WriteLine(JsonSerializer.Serialize(await AnswerAsync(driver, call), RunnerWire.Json))
            );
        }

        return 0;
    }

    private static async Task<RunnerAnswer> AnswerAsync(IIsolationDriver driver, RunnerCall call)
    {
        try
        {
            return call.Verb switch
            {
                "fingerprint" => new RunnerAnswer(call.Number) { Fingerprint = await driver.FingerprintAsync() },
                "start" => new RunnerAnswer(call.Number) { Handle = await driver.StartAsync(call.Spec!) },
                "recover" => new RunnerAnswer(call.Number) { Handle = await driver.RecoverAsync(call.Spec!) },
                "inspect" => new RunnerAnswer(call.Number) { Seen = await driver.InspectAsync(call.Handle!) },
                "measure" => new RunnerAnswer(call.Number) { Usage = await driver.MeasureAsync(call.Handle!) },
                "drift" => new RunnerAnswer(call.Number) { Drift = await driver.DriftAsync(call.Handle!) },
                "pid" => new RunnerAnswer(call.Number) { Pid = Environment.ProcessId },
                "wait" => new RunnerAnswer(call.Number) { Seen = await driver.WaitAsync(call.Handle!) },
                _ => await StopAsync(driver, call),
            };
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

    private static async Task<RunnerAnswer> StopAsync(IIsolationDriver driver, RunnerCall call)
    {
        await driver.StopAsync(call.Handle!, call.Grace);
        return new RunnerAnswer(call.Number);
    }
}
