namespace Creel.Tests.Cells;

/// <summary>What happens when somebody edits the habitat that is up.</summary>
public sealed class HotReloadTests : IAsyncDisposable
{
    private const string Agents = "agents: { list: [{ id: 'a' }, { id: 'b' }] }, gateway: { reload: { debounceMs: 10 } }";

    private readonly World world = new();
    private readonly CancellationTokenSource stop = new();
    private Task watching = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_binding_is_in_force_as_soon_as_it_is_written_and_no_cell_is_touched()
    {
        await BeginAsync();
        var starts = world.Driver.Running.Count;

        Write("{ " + Agents + ", bindings: [{ agentId: 'b', match: { channel: 'telegram' } }], session: { mainKey: 'k' } }");

        await Eventually.Until(() => world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey == "k");
        world.Host.Habitats.Current!.Sections["bindings"].ShouldContain("telegram");
        world.Driver.Running.Count.ShouldBe(starts);
        (await world.AuditAsync("habitat.reload")).ShouldBe(["creel habitat ok"]);
        (await world.PlanAsync()).Steps.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_is_told_and_the_last_that_was_right_stays()
    {
        await BeginAsync();

        Write("{ " + Agents + ", session: { mainky: 'k' } }");
        await Eventually.Until(() => world.Host.HabitatNotice?.Contains("did you mean 'mainKey'?") == true);
        world.Host.Habitats.Current!.Agents.Count.ShouldBe(2);

        Write("{ " + Agents + ", session: { mainKey: 'k' } }");
        await Eventually.Until(() =>
            world.Host.HabitatNotice is null && world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey == "k"
        );
    }

    [Fact]
    public async Task What_somebody_else_could_have_written_waits_for_a_person()
    {
        await BeginAsync();
        Write("{ " + Agents + ", session: { mainKey: 'k' } }");
        await Eventually.Until(() => world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey == "k");

        var (file, folder) = (world.Host.Habitats.File!, Path.GetDirectoryName(world.Host.Habitats.File!)!);
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);
        Write("{ " + Agents + ", session: { mainKey: 'mallory' } }");
        await Eventually.Until(() => world.Host.HabitatNotice?.Contains("can be written by others") == true);

        File.SetUnixFileMode(file, File.GetUnixFileMode(file) & ~UnixFileMode.OtherWrite);
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherWrite);
        Write("{ " + Agents + ", session: { mainKey: 'mallory2' } }");
        await Eventually.Until(() => world.Host.HabitatNotice?.Contains("can replace it") == true);
        world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey.ShouldBe("k");
    }

    [Fact]
    public async Task What_changes_cells_waits_for_a_person()
    {
        await BeginAsync();

        Write("{ agents: { list: [{ id: 'a' }] }, gateway: { reload: { debounceMs: 10 } } }");

        await Eventually.Until(() => world.Host.HabitatNotice?.Contains("creel up") == true);
        world.Host.Habitats.Current!.Agents.Count.ShouldBe(2);
        world.Driver.Running.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Switched_off_it_looks_at_nothing()
    {
        await BeginAsync("{ agents: { list: [{ id: 'a' }] }, gateway: { reload: { mode: 'off' } } }");
        var other = "{ agents: { list: [{ id: 'a' }] }, gateway: { reload: { mode: 'off' } }, session: { mainKey: 'k' } }";

        Write(other);
        await world.Host.LookAtHabitatAsync(default);

        world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey.ShouldBe("main");
        world.Host.HabitatNotice.ShouldBeNull();
    }

    private void Write(string text) => File.WriteAllText(world.HabitatFile, text);

    private async Task BeginAsync(string? habitat = null)
    {
        await world.ServeAsync();
        await world.UpAsync(habitat ?? "{ " + Agents + " }");
        watching = world.Host.WatchHabitatAsync(stop.Token);
    }
}
