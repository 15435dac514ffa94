using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Creel.Tests.Runtime;

/// <summary>Figures, not verdicts: they mean something on a calm machine only, so they are measured on request.</summary>
public sealed class RuntimeFigures(ITestOutputHelper output)
{
    [MeasureFact]
    public async Task Start_round_trip_and_memory()
    {
        using var folder = new TestFolder();
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        var starts = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var watch = Stopwatch.StartNew();
            using var process = RuntimeProcess.Start(folder["hub.sock"], folder["state"]);
            await hub.ConnectionAsync(i);
            starts.Add(watch.Elapsed.TotalMilliseconds);
        }

        Report("start to hello, ms", starts);
        // A second one, so that what both map of the executable's file is not counted as private.
        using var neighbour = RuntimeProcess.Start(folder["nobody.sock"], folder["other"]);
        using var runtime = RuntimeProcess.Start(folder["hub.sock"], folder["state"]);
        var connection = await hub.ConnectionAsync(20);
        await Task.Delay(TimeSpan.FromSeconds(20));
        output.WriteLine($"private memory idle: {PrivateKilobytes(runtime.Pid)} KiB");
        var trips = new List<double>();
        for (var i = 0; i < 1000; i++)
        {
            var done = new TaskCompletionSource();
            var id = $"m{i}";
            connection.OnResponse = about =>
            {
                if (about == id)
                {
                    done.TrySetResult();
                }
            };
            var watch = Stopwatch.StartNew();
            await connection.SubmitAsync("bart", id, new { type = "exec", argv = (string[])["true"] });
            await done.Task;
            trips.Add(watch.Elapsed.TotalMilliseconds);
        }

        Report("exec true, ms", trips);
        await Task.Delay(TimeSpan.FromSeconds(10));
        output.WriteLine($"private memory after 1,000 tasks: {PrivateKilobytes(runtime.Pid)} KiB");
    }

    private void Report(string name, List<double> figures)
    {
        figures.Sort();
        string At(double part) => figures[(int)(figures.Count * part)].ToString("0.00", CultureInfo.InvariantCulture);
        output.WriteLine($"{name}: p50 {At(0.5)}, p90 {At(0.9)}, p99 {At(0.99)}");
    }

    private static long PrivateKilobytes(int pid) =>
        File.ReadLines($"/proc/{pid}/smaps_rollup")
            .Where(l => l.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
}

public sealed class MeasureFactAttribute : FactAttribute
{
    public MeasureFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CREEL_MEASURE") is null)
        {
            Skip = "measures; set CREEL_MEASURE, and CREEL_TEST_RUNTIME to a published creel-runtime";
        }
    }
}
