using System.Text.Json;
using Creel.Core.Isolation;
using Creel.Tests.Hub;

namespace Creel.Tests.Cells;

/// <summary>What happens when somebody edits the habitat that is up.</summary>
public sealed class HotReloadTests : IAsyncLifetime
{
    private const string Agents = "agents: { list: [{ id: 'a' }, { id: 'b' }] }, gateway: { reload: { debounceMs: 10 } }";

    private readonly World world = new();
    private readonly CancellationTokenSource stop = new();
    private Task watching = Task.CompletedTask;
    private HubServer? server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

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
    public async Task Who_asks_is_told_of_the_files_as_they_are_now_and_not_as_they_were_seen()
    {
        const string Slow = "agents: { list: [{ id: 'a' }, { id: 'b' }] }, gateway: { reload: { debounceMs: 600000 } }";
        await BeginAsync("{ " + Slow + " }");
        (await world.Host.AskOfHabitatAsync(default)).ShouldBeNull();

        Write("{ " + Slow + ", session: { mainKey: 'k' } }");
        (await world.Host.AskOfHabitatAsync(default)).ShouldBeNull();
        world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey.ShouldBe("k", "it touches no cell, and so is in force");

        Write("{ " + Slow + ", session: { mainky: 'k' } }");
        var wrong = (await world.Host.AskOfHabitatAsync(default))!;
        (wrong.File, wrong.Wrong).ShouldBe((world.Host.Habitats.File!, true));
        wrong.Notice.ShouldContain("did you mean 'mainKey'?");

        Write("{ agents: { list: [{ id: 'a' }] }, gateway: { reload: { mode: 'off' } } }");
        (await world.Host.AskOfHabitatAsync(default))!.Wrong.ShouldBeFalse();
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
    public async Task What_agents_elsewhere_are_to_be_is_in_force_and_no_cell_is_touched()
    {
        await BeginAsync();
        var starts = world.Driver.Running.Count;

        Write(
            "{ "
                + Agents
                + ", users: { ann: {} }, boards: { school: { user: 'ann' } }, gateways: { prod: { url: 'wss://x', workspaceRoot: '/w', "
                + "agents: { bart: { board: 'school' } } } } }"
        );

        await Eventually.Until(() => world.Host.Habitats.Current!.ForeignGateways.Count == 1);
        world.Host.Habitats.Current!.Provisioning.Boards.Keys.ShouldBe(["school"]);
        world.Driver.Running.Count.ShouldBe(starts);
        (await world.PlanAsync()).Steps.ShouldBeEmpty();
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
    public async Task The_first_channel_is_in_force_and_the_running_brains_know_of_it()
    {
        await using var runtime = await BeginWithRuntimeAsync("a");
        var starts = world.Driver.Log.Count;

        Write("{ " + Agents + ", channels: { telegram: { botToken: '1:x' } } }");

        var mind = await ToldAsync(runtime);
        mind.GetProperty("tools").GetProperty("channels").EnumerateArray().Single().GetString().ShouldBe("telegram");
        await Eventually.Until(() => world.Host.Habitats.Current!.Gateway.Channels.All.Count == 1);
        world.Driver.Log.Count.ShouldBe(starts);
        world.Host.HabitatNotice.ShouldBeNull();
        (await world.PlanAsync()).Steps.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_native_brain_is_told_waits_for_nobody()
    {
        await using var runtime = await BeginWithRuntimeAsync("a");

        Write(
            """
            {
                agents: { list: [
                    { id: 'a', name: 'Ann', model: { primary: 'anthropic/x', fallbacks: ['openai/y'] }, thinkingDefault: 'high',
                      identity: { name: 'Annie' }, skills: ['one'], tools: { deny: ['exec'] } },
                    { id: 'b', default: true },
                ] },
                skills: { load: { extraDirs: ['/srv/skills'] } }, gateway: { reload: { debounceMs: 10 } },
            }
            """
        );

        var told = await WelcomeAsync(runtime);
        (told.GetProperty("name").GetString(), told.GetProperty("model").GetString()).ShouldBe(("Ann", "anthropic/x"));
        var mind = told.GetProperty("mind");
        mind.GetProperty("thinking").GetString().ShouldBe("high");
        mind.GetProperty("fallbacks")[0].GetString().ShouldBe("openai/y");
        mind.GetProperty("identity").GetProperty("name").GetString().ShouldBe("Annie");
        mind.GetProperty("skillFolders")[0].GetString().ShouldBe("/srv/skills");
        await Eventually.Until(() => world.Host.Habitats.Current!.Agents.Single(a => a.Default).Id.Value == "b");
        (await world.PlanAsync()).Steps.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{ id: 'a', tasks: { allowSudo: true } }")]
    [InlineData("{ id: 'a', brain: { kind: 'command', command: ['cat'] } }")]
    [InlineData("{ id: 'a', budget: { usd: 1, per: 'day' } }")]
    [InlineData("{ id: 'a', egress: ['example.org:443'] }")]
    [InlineData("{ id: 'a', model: 'anthropic/x', resources: { memory: '300m' } }")]
    public async Task What_an_agent_may_waits_with_all_that_is_written_beside_it(string agent)
    {
        const string Rest = "network: 'proxy', gateway: { reload: { debounceMs: 10 } }";
        await BeginAsync("{ agents: { list: [{ id: 'a' }, { id: 'b' }] }, " + Rest + " }");

        Write("{ agents: { list: [" + agent + ", { id: 'b', name: 'Bob' }] }, " + Rest + " }");

        await Eventually.Until(() => world.Host.HabitatNotice?.Contains("creel up") == true);
        world.Host.Habitats.Current!.Agents[1].Name.ShouldBe("b");
        world.Station("b").Declared!.Agents[0].Model.Name.ShouldBe("b");
    }

    [Fact]
    public async Task Another_kind_of_brain_may_have_to_start_anew_for_its_model_and_waits()
    {
        const string Brain = "brain: { kind: 'command', command: ['cat'] }";
        await BeginAsync("{ agents: { list: [{ id: 'a', " + Brain + " }] }, gateway: { reload: { debounceMs: 10 } } }");

        Write(
            "{ agents: { list: [{ id: 'a', model: 'anthropic/x', " + Brain + " }] }, gateway: { reload: { debounceMs: 10 } } }"
        );

        await Eventually.Until(() => world.Host.HabitatNotice?.Contains("creel up") == true);
        world.Host.Habitats.Current!.Agents[0].Model.ShouldBeNull();
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

    /// <summary>With a web server, so that runtimes can dial in, and one that has.</summary>
    private async Task<Peer> BeginWithRuntimeAsync(string agent)
    {
        server = await HubServer.StartAsync(
            store: world.Store,
            map: (_, hub) => world.ServeAsync(hub, adopt: false).IsCompletedSuccessfully.ShouldBeTrue()
        );
        await world.Host.AdoptAsync(default);
        await UpAsync(null);
        var cell = world.Cell(agent)!.Record.Id;
        return await Peer.RuntimeAsync(Path.Combine(world.Host.Book.Layout.HubFolder(cell), CellPaths.HubSocketName));
    }

    private static async Task<JsonElement> WelcomeAsync(Peer runtime) =>
        (await runtime.NextAsync("welcome")).GetProperty("payload").GetProperty("agents")[0];

    private static async Task<JsonElement> ToldAsync(Peer runtime) => (await WelcomeAsync(runtime)).GetProperty("mind");

    private void Write(string text) => File.WriteAllText(world.HabitatFile, text);

    private async Task BeginAsync(string? habitat = null)
    {
        await world.ServeAsync();
        await UpAsync(habitat);
    }

    private async Task UpAsync(string? habitat)
    {
        await world.UpAsync(habitat ?? "{ " + Agents + " }");
        watching = world.Host.WatchHabitatAsync(stop.Token);
    }
}
