using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Docker;

/// <summary>Cells as containers of the Docker engine of this machine: hardened, each with a uid of its own where Creel is root.</summary>
public sealed class DockerDriver : IIsolationDriver, ICellForesight, ICellSweeper, IDisposable
{
    private readonly DockerOptions options;
    private readonly Engine engine;
    private readonly Containers containers;
    private readonly CellNetwork networks;
    private readonly CellImage images;
    private readonly OciRuntimes runtimes;
    private readonly FirewallWatch firewall;
    private readonly RelayPorts relays = new();
    private EngineFacts? facts;

    public DockerDriver(DockerOptions options)
    {
        this.options = options;
        engine = new Engine(options);
        containers = new Containers(engine, options.Linux.Time);
        networks = new CellNetwork(engine, options);
        firewall = new FirewallWatch(options);
        Image = new BaseImage(engine);
        images = new CellImage(engine, Image);
        runtimes = new OciRuntimes(engine, Image);
    }

    public string Name => "docker";

    public IsolationLevel Level => IsolationLevel.Container;

    /// <summary>The image of cells that name none.</summary>
    public BaseImage Image { get; }

    public ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default) =>
        new(new DockerFingerprint(engine, options, this).TakeAsync(cancel));

    /// <summary>Only what was written out: the image that Creel makes is there or made when the cell starts.</summary>
    public async ValueTask<Fault?> ForeseeAsync(AgentGroup group, CancellationToken cancel = default)
    {
        try
        {
            await runtimes.CheckAsync(group.OciRuntime, cancel).ConfigureAwait(false);
            if (group.Image is { } image)
            {
                await images.WrittenAsync(group.Id, image, cancel).ConfigureAwait(false);
            }

            return null;
        }
        catch (CreelException e)
        {
            return e.Fault;
        }
    }

    public async ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default)
    {
        if (NetworkSupport.Refusal(Name, spec.Network) is { } refusal)
        {
            throw new CreelException(refusal);
        }

        var user = UnixUser.For(spec);
        CellFolder.Check(spec);
        var engineFacts = await FactsAsync(cancel).ConfigureAwait(false);
        ContainerLimits.Check(spec, engineFacts.Limits);
        // The engine takes its time for each question: they are asked at once.
        var image = images.FindAsync(spec, cancel);
        await Task.WhenAll(ClearEarlierAsync(spec, cancel), runtimes.CheckAsync(spec.OciRuntime, cancel), image)
            .ConfigureAwait(false);
        spec = relays.Given(spec);
        NameFiles.Write(spec, user ?? UnixUser.Current);
        using var places = Hold(spec, user);
        return await MakeAsync(
                spec,
                user ?? UnixUser.Current,
                places,
                await image.ConfigureAwait(false),
                engineFacts.HasInit,
                cancel
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default)
    {
        if (CellFiles.Read(spec.Folder, CellFiles.Handle) is { } text && DockerHandle.Parse(text) is { } written)
        {
            return Handle(spec, written);
        }

        var found = (await containers.OfAsync(spec.Id, cancel).ConfigureAwait(false)).FirstOrDefault();
        return found is null
            ? null
            : Handle(spec, await WholeAsync(found["Id"]!.GetValue<string>(), spec, cancel).ConfigureAwait(false));
    }

    public ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default) =>
        new(containers.InspectAsync(DockerHandle.Of(handle, Name), cancel));

    public ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default) =>
        new(containers.MeasureAsync(DockerHandle.Of(handle, Name), cancel));

    public async ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default)
    {
        var data = DockerHandle.Of(handle, Name);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Whoever keeps a cell awaits its end, also one that an earlier serve started.
        var watching = data.Network is null ? Task.CompletedTask : firewall.KeepAsync(over.Token);
        try
        {
            return await containers.WaitAsync(data, cancel).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>A container of an earlier Creel was given names, which whoever restarts it looks up again.</summary>
    public async ValueTask<string?> DriftAsync(CellHandle handle, CancellationToken cancel = default)
    {
        if (!UnixUser.IsRoot)
        {
            return null;
        }

        var sources = await containers.SourcesAsync(DockerHandle.Of(handle, Name), cancel).ConfigureAwait(false);
        var root = BoundPlaces.Root(options.Linux, handle.Cell) + "/";
        return sources.FirstOrDefault(path => !path.StartsWith(root, StringComparison.Ordinal)) is { } name
            ? $"{name} was given to the engine by its name, which could lead elsewhere by now: restart the cell"
            : null;
    }

    public async ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default)
    {
        var data = DockerHandle.Of(handle, Name);
        // Begun, it is carried through: half stopped is worse than late.
        await EndAsync(handle.Cell, data, grace).WaitAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<string>> SweepAsync(
        string instance,
        IReadOnlySet<CellId> known,
        CancellationToken cancel = default
    )
    {
        var removed = await new Leftovers(engine).RemoveAsync(instance, known, cancel).ConfigureAwait(false);
        BoundPlaces.Sweep(options.Linux, known);
        return removed;
    }

    public void Dispose() => engine.Dispose();

    /// <summary>Asked once: limits and the init are the kernel's and the installation's, and outlast a change of the engine's configuration.</summary>
    private async Task<EngineFacts> FactsAsync(CancellationToken cancel) =>
        facts ??= EngineFacts.Of((await engine.GetAsync("info", cancel).ConfigureAwait(false)).OrFail("tell about itself").Json!);

    private async Task EndAsync(CellId cell, DockerHandle data, TimeSpan grace)
    {
        await containers.RemoveAsync(data, grace).ConfigureAwait(false);
        await networks.RemoveAsync(data.Network).ConfigureAwait(false);
        // Where the cell was started again since, what lies there is the new one's.
        var text = CellFiles.Read(data.Folder, CellFiles.Handle);
        if (text is null || DockerHandle.Parse(text)?.Container == data.Container)
        {
            CellFiles.Forget(data.Folder);
            LetGo(cell);
        }
    }

    /// <exception cref="CreelException">It runs already.</exception>
    private async Task ClearEarlierAsync(CellSpec spec, CancellationToken cancel)
    {
        var left = networks.OfAsync(spec.Id, cancel);
        foreach (var earlier in await containers.OfAsync(spec.Id, cancel).ConfigureAwait(false))
        {
            if (earlier["State"]?.GetValue<string>() is "running" or "restarting" or "paused")
            {
                throw new CreelException(Fault.Conflict("cell-running", $"cell {spec.Id} runs already", "Stop it first"));
            }

            var id = earlier["Id"]!.GetValue<string>();
            await EndAsync(spec.Id, new DockerHandle(id, null, spec.Folder), TimeSpan.Zero).ConfigureAwait(false);
        }

        await networks.RemoveAsync(await left.ConfigureAwait(false)).ConfigureAwait(false);
        LetGo(spec.Id);
    }

    private void LetGo(CellId cell) => BoundPlaces.Remove(BoundPlaces.Root(options.Linux, cell));

    /// <summary>Holds and checks all folders of the cell, as they are for any driver, until the container is up.</summary>
    private CellPlaces Hold(CellSpec spec, CellUser? user)
    {
        var places = new CellPlaces(options.Linux, spec.Id, user, bound: true);
        try
        {
            CellMounts.Of(spec, places);
            places.File("the cell's names", NameFiles.Passwd(spec.Folder));
            places.File("the cell's names", NameFiles.Group(spec.Folder));
            if (CellTrust.Wanted(spec))
            {
                places.File("the cell's names", NameFiles.Names(spec.Folder));
                places.File("what the cell trusts", CellTrust.Bundle(spec));
            }

            return places;
        }
        catch
        {
            places.Dispose();
            throw;
        }
    }

    private async Task<CellHandle> MakeAsync(
        CellSpec spec,
        CellUser user,
        CellPlaces places,
        string image,
        bool init,
        CancellationToken cancel
    )
    {
        Containers.Forget(spec.Folder);
        try
        {
            // The engine finishes what it was asked, whether or not one waits for it: so one waits.
            cancel.ThrowIfCancellationRequested();
            var network = await networks.MakeAsync(spec, CancellationToken.None).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            var bound = spec.User is null ? null : BoundPlaces.Make(options.Linux, spec.Id, places.All);
            var order = ContainerOrder.Of(spec, user, image, network, init, bound);
            var name = $"creel-{spec.Group.Value}-{spec.Id}";
            var made = await engine
                .PostAsync($"containers/create?name={name}", order, CancellationToken.None)
                .ConfigureAwait(false);
            var handle = new DockerHandle(
                made.OrFail($"make the container of cell {spec.Group}").Json!["Id"]!.GetValue<string>(),
                network,
                spec.Folder
            );
            cancel.ThrowIfCancellationRequested();
            var up = await engine
                .PostAsync($"containers/{handle.Container}/start", null, CancellationToken.None)
                .ConfigureAwait(false);
            if (!up.Ok)
            {
                throw new CreelException(Fault.Unavailable("cell-start", $"cell {spec.Group} did not start: {up.Message}"));
            }

            cancel.ThrowIfCancellationRequested();
            if (CellTrust.Wanted(spec) && await containers.ProcessAsync(handle, cancel).ConfigureAwait(false) is { } pid)
            {
                await OwnAddresses.TakeAsync(pid).ConfigureAwait(false);
            }

            CellFiles.Write(spec.Folder, CellFiles.Handle, handle.ToJson());
            return Handle(spec, handle);
        }
        catch
        {
            await ClearAsync(spec).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ClearAsync(CellSpec spec)
    {
        foreach (var left in await containers.OfAsync(spec.Id, CancellationToken.None).ConfigureAwait(false))
        {
            await EndAsync(spec.Id, new DockerHandle(left["Id"]!.GetValue<string>(), null, spec.Folder), TimeSpan.Zero)
                .ConfigureAwait(false);
        }

        await networks.RemoveAsync(spec.Id).ConfigureAwait(false);
        LetGo(spec.Id);
        CellFiles.Forget(spec.Folder);
    }

    private async Task<DockerHandle> WholeAsync(string container, CellSpec spec, CancellationToken cancel) =>
        new(container, await networks.OfAsync(spec.Id, cancel).ConfigureAwait(false), spec.Folder);

    private CellHandle Handle(CellSpec spec, DockerHandle data) => new(spec.Id, Name, data.ToJson());
}
