using System.Runtime.CompilerServices;
using Creel.Adapters.Files;
using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Isolation;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Hub;
using Creel.Server.Hub.Seats;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Cells;

/// <summary>A machine on which serve runs, dies and runs again: what outlives it is here, what does not is made anew.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-cells-").FullName;
    private readonly HabitatFolder folders = new(
        HabitatVariables.All(new Dictionary<string, string>()),
        "/home/somebody",
        TimeProvider.System
    );
    private readonly MockFiles files;
    private CrashPoint crash = new();
    private AuditTrail? trail;
    private HubHost? own;
    private CellsHost? host;

    /// <param name="driver">The name of the one for sessions: by a real one's, its cells claim what that one's do.</param>
    public World(string driver = "mock")
    {
        Driver = new MockDriver(() => crash, driver);
        Boxes = new MockDriver(() => crash, "boxes", IsolationLevel.Container);
        Open = new MockDriver(() => crash, "open", IsolationLevel.None) { Networks = [NetworkMode.Host] };
        Disk = new MockDisk(() => crash);
        files = new MockFiles(folders, () => crash);
        Config = new CellsConfig
        {
            Home = Path.Combine(folder, "home"),
            RunFolder = Path.Combine(folder, "run"),
            RuntimeFile = "/opt/runtime",
            Instance = "world",
            ConnectPatience = TimeSpan.FromMilliseconds(1),
        };
    }

    public MockDriver Driver { get; }

    /// <summary>Another one, for containers.</summary>
    public MockDriver Boxes { get; }

    /// <summary>Another one, with no walls.</summary>
    public MockDriver Open { get; }

    public MockDisk Disk { get; }

    public MemoryStore Store { get; } = new();

    public CellsConfig Config { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public AuditTrail Trail => trail!;

    public CellsHost Host => host!;

    /// <summary>The habitat file's name.</summary>
    public string Named { get; init; } = "habitat.json5";

    public string HabitatFile => Path.Combine(folder, Named);

    public string LocalFile => Path.Combine(folder, "habitat.local.json5");

    public bool Crashed => crash.Dead;

    public string Workspace(string agent) => Path.Combine(Config.Home, "workspaces", agent);

    /// <summary>The agents that the hub knows from a habitat.</summary>
    public IReadOnlyList<string> Known => [.. own!.Parts.Book.All.Select(s => s.Id.Value).Order()];

    /// <summary>What the hub has of an agent's cell.</summary>
    public Station Station(string agent) => own!.Parts.Book.Find(AgentId.Parse(agent))!.Station!;

    public string? Reason(string group) => Cell(group)?.Reason;

    public Cell? Cell(string group) => Host.Book.All.SingleOrDefault(c => c.Record.Group.Value == group);

    /// <summary>The audit's entries of one kind, as <c>actor target outcome</c>.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync(string action) =>
        [.. (await EntriesAsync(action)).Select(e => $"{e.Actor} {e.Target} {e.Outcome}")];

    /// <summary>As <see cref="AuditAsync"/>, what is on the disk this very moment.</summary>
    public IReadOnlyList<string> Written(string action) =>
        [
            .. Store
                .Audit.ReadAsync(0, int.MaxValue)
                .Result.Select(r => r.Entry)
                .Where(e => e.Action == action)
                .Select(e => $"{e.Actor} {e.Target} {e.Outcome}"),
        ];

    public async Task<IReadOnlyList<AuditEntry>> EntriesAsync(string action)
    {
        await Trail.FlushAsync(default);
        return [.. (await Store.Audit.ReadAsync(0, int.MaxValue)).Select(r => r.Entry).Where(e => e.Action == action)];
    }

    /// <summary>A serve that has read what there is and taken it over, but done nothing yet.</summary>
    public async Task ServeAsync(HubHost? hub = null, bool adopt = true)
    {
        trail = new AuditTrail(Store.Audit, Time, NullLogger.Instance);
        if (hub is null)
        {
            own = hub = new HubHost(new HubConfig(), Store.PortsWith(trail), TimeProvider.System, NullLogger.Instance);
            await hub.StartAsync();
        }

        host = new CellsHost(
            Config,
            [Driver, Boxes, Open],
            Disk,
            Disk,
            files,
            hub.Doors,
            trail,
            Store.Tasks,
            Time,
            NullLogger<CellsHost>.Instance,
            Disk
        );
        if (adopt)
        {
            await host.AdoptAsync(default);
        }
    }

    /// <summary>Serve ends, in order or not: cells go on.</summary>
    public async Task EndAsync()
    {
        host?.LetGo();
        if (own is not null)
        {
            await own.DisposeAsync();
            own = null;
        }

        if (trail is not null)
        {
            await trail.DisposeAsync();
            trail = null;
        }
    }

    /// <summary>The next serve, up to where it has finished what it found.</summary>
    public async Task AgainAsync()
    {
        await EndAsync();
        crash = new CrashPoint();
        await ServeAsync();
        await Host.SettleAsync(default);
    }

    /// <summary>From here on serve lives for so many effects.</summary>
    public void KillAfter(int effects) => crash = new CrashPoint(effects);

    public Task<List<ApplyEvent>> UpAsync(string habitat, bool deleteWorkspaces = false)
    {
        File.WriteAllText(HabitatFile, habitat);
        return ApplyAsync(Host.Habitats.Take(Host.Habitats.Read(HabitatFile, false), deleteWorkspaces));
    }

    /// <summary>What applying the habitat's file would do.</summary>
    public async Task<Plan> PlanAsync()
    {
        var habitats = Host.Habitats;
        var plan = await Host.Reconciler.PlanAsync(() => habitats.Take(habitats.Read(HabitatFile, false), false), default);
        return plan!;
    }

    public Task<List<ApplyEvent>> DownAsync(bool deleteWorkspaces = false) => ApplyAsync(Host.Habitats.Nothing(deleteWorkspaces));

    public async Task<List<ApplyEvent>> ApplyAsync(Wish wish)
    {
        var events = new List<ApplyEvent>();
        await foreach (var happened in Host.Reconciler.ApplyAsync(wish, default))
        {
            events.Add(happened);
        }

        return events;
    }

    public Task SetAsync(string group, bool running) => ChangeAsync(group, running ? CellChange.Start : CellChange.Stop);

    public Task ChangeAsync(string group, CellChange change) =>
        Host.Reconciler.ChangeAsync(
            Cell(group)!.Record.Id,
            change,
            () => Host.Habitats.Current,
            () => ValueTask.CompletedTask,
            default
        );

    /// <summary>Nothing dials in here: what proves a moved cell is said by the test.</summary>
    public Task<MoveEnd> MoveAsync(
        string agent,
        IsolationLevel to,
        Func<Task>? proof = null,
        string? image = null,
        TimeSpan? patience = null,
        TimeSpan? grace = null,
        bool yes = true,
        Action? accepted = null
    )
    {
        Host.Mover.ProveAsync = (design, _, _) =>
            design.Group.Level == to ? proof?.Invoke() ?? Task.CompletedTask : Task.CompletedTask;
        var order = new MoveOrder(to, null, image, patience ?? TimeSpan.FromSeconds(30), grace ?? TimeSpan.Zero, yes);
        return Host.Reconciler.MoveAsync(
            () => Host.Habitats.Move(AgentId.Parse(agent), order),
            order,
            Host.Mover,
            () =>
            {
                accepted?.Invoke();
                return ValueTask.CompletedTask;
            },
            default
        );
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        folders.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
