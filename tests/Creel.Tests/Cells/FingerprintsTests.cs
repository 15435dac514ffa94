using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

public sealed class FingerprintsTests
{
    private readonly Proof host = new("host", IsolationLevel.None);
    private readonly Proof first = new("bubblewrap", IsolationLevel.Session);
    private readonly Proof second = new("systemd", IsolationLevel.Session);
    private readonly Proof hung = new("docker", IsolationLevel.Container) { Hangs = true };

    [Fact]
    public async Task Only_what_a_habitat_needs_is_proven_so_an_engine_that_hangs_hinders_nobody_else()
    {
        var proven = await Make().ForAsync([Group(IsolationLevel.Session), Group(IsolationLevel.None)], default);
        proven.Select(p => p.Driver).ShouldBe(["host", "bubblewrap"]);
        (second.Times, hung.Times).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Where_the_preferred_one_does_not_work_the_next_is_tried_and_both_are_told()
    {
        first.Works = false;
        var proven = await Make().ForAsync([Group(IsolationLevel.Session)], default);
        proven.Select(p => (p.Driver, p.Works)).ShouldBe([("bubblewrap", false), ("systemd", true)]);
    }

    [Fact]
    public async Task A_driver_that_was_written_out_is_the_only_one_that_is_asked()
    {
        var proven = await Make().ForAsync([Group(IsolationLevel.Session, "systemd")], default);
        proven.Select(p => p.Driver).ShouldBe(["systemd"]);
        first.Times.ShouldBe(0);
    }

    [Fact]
    public async Task What_worked_is_not_proven_again_and_what_did_not_is()
    {
        var fingerprints = Make();
        first.Works = false;
        await fingerprints.ForAsync([Group(IsolationLevel.Session)], default);
        first.Works = true;
        await fingerprints.ForAsync([Group(IsolationLevel.Session)], default);
        await fingerprints.ForAsync([Group(IsolationLevel.Session)], default);
        (first.Times, second.Times).ShouldBe((2, 1));
    }

    private Fingerprints Make() => new([host, first, second, hung]);

    private static AgentGroup Group(IsolationLevel level, string? driver = null) =>
        new()
        {
            Id = GroupId.Parse("g"),
            Level = level,
            Driver = driver,
            Network = NetworkMode.Proxy,
            Limits = ResourceLimits.Unlimited,
            Agents = [],
        };

    private sealed class Proof(string name, IsolationLevel level) : IIsolationDriver
    {
        public string Name => name;

        public IsolationLevel Level => level;

        public bool Works { get; set; } = true;

        public bool Hangs { get; init; }

        public int Times { get; private set; }

        public async ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default)
        {
            Times++;
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }

            return new(name, level, Works, "", null, [], EnforcedLimits.No, false, false, []);
        }

        public ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default) =>
            throw new NotSupportedException();
    }
}
