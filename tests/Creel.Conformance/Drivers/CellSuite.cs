using System.Globalization;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Tests;

namespace Creel.Conformance.Drivers;

/// <summary>A driver, in this process or in another one as another user, and what a test of its cells needs.</summary>
public abstract class CellSuite : IDisposable
{
    protected const string Forever = "exec sleep 1000";
    protected static readonly TimeSpan NoGrace = TimeSpan.Zero;

    private readonly List<(IIsolationDriver Driver, CellHandle Handle)> running = [];
    private readonly List<RunnerDriver> runners = [];

    private IIsolationDriver? driver;

    /// <param name="other">The driver runs as another user.</param>
    /// <param name="elsewhere">Where the driver runs, if not on this very system.</param>
    private protected CellSuite(string name, NetworkMode network, bool other, Elsewhere? elsewhere = null)
    {
        (Name, Network, Elsewhere) = (name, network, elsewhere);
        Other = other ? elsewhere?.OtherUser ?? new CellUser(65533, 65533) : null;
        Bench = new CellBench(Other, elsewhere?.Folder);
    }

    private protected Elsewhere? Elsewhere { get; }

    /// <summary>Whom the driver runs as; null: whoever runs the suite.</summary>
    private protected CellUser? Other { get; }

    private protected string Name { get; }

    private protected NetworkMode Network { get; }

    private protected CellBench Bench { get; }

    private protected IIsolationDriver Driver =>
        driver ??= Other is null && Elsewhere is null ? Substrate.Make(Name, Bench.Options) : Runner(Bench.Options);

    private protected bool OwnUsers => Bench.OwnUsers;

    private protected virtual bool Limits => Cgroups.Probe(Cgroups.Find(Bench.Options), "probe").Limits.Memory && Other is null;

    private protected CellSpec Spec(string script, string group = "homer") => Bench.Spec(script, Network, group);

    /// <summary>Starts, and stops when the test ends.</summary>
    private protected async Task<CellHandle> Start(CellSpec spec, IIsolationDriver? by = null)
    {
        var handle = await (by ?? Driver).StartAsync(spec);
        Keep(handle);
        return handle;
    }

    private protected void Keep(CellHandle handle) => running.Add((Driver, handle));

    private protected RunnerDriver Runner(LinuxOptions options, string program = "bwrap")
    {
        var runner = new RunnerDriver(Name, options, Other, program, Elsewhere);
        runners.Add(runner);
        return runner;
    }

    private protected static Task Said(CellSpec spec, string text, string file = "out") =>
        Eventually.Until(() => CellBench.Said(spec, file).Contains(text));

    /// <summary>What a script says in a cell before it ends.</summary>
    private protected async Task<string> Run(string script)
    {
        var spec = Spec($"exec >\"$CREEL_STATE/out\" 2>&1\n{script}");
        var end = await Driver.WaitAsync(await Start(spec));
        end.Running.ShouldBeFalse();
        return CellBench.Said(spec);
    }

    public virtual void Dispose()
    {
        foreach (var (by, handle) in running)
        {
            Task.Run(async () => await by.StopAsync(handle, NoGrace)).GetAwaiter().GetResult();
        }

        runners.ForEach(runner => runner.Dispose());
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task Refused(CellSpec spec, string code)
    {
        var fault = (await Should.ThrowAsync<CreelException>(async () => await Driver.StartAsync(spec))).Fault;
        fault.Code.ShouldBe(code, fault.Message);
        await Clean(spec);
    }

    private protected async Task Clean(CellSpec spec)
    {
        Groups(spec).ShouldBeEmpty();
        Directory.Exists(Path.Combine(Bench.Options.Run, "mnt", spec.Id.Value)).ShouldBeFalse();
        (await Driver.RecoverAsync(spec)).ShouldBeNull();
        ProcessesWith(spec.Folder).ShouldBe(0);
    }

    /// <summary>The control groups of a cell that there are.</summary>
    private protected virtual IReadOnlyList<string> Groups(CellSpec spec) => Cgroups.Find(Bench.Options).Existing(spec.Id.Value);

    private protected static int ProcessesWith(string argument) =>
        ProcStat
            .All()
            .Count(stat =>
                stat.State != 'Z' && KernelFile.Lines($"/proc/{stat.Pid}/cmdline").Any(line => line.Contains(argument))
            );
}
