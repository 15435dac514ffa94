using System.Text;
using System.Text.Json;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Core.Policy;
using Creel.Server.Cells.Trials;
using Creel.Tests.Hub;

namespace Creel.Tests.Cells;

/// <summary>What <c>creel verify</c> makes of what the cells' runtimes say: runtimes are played here.</summary>
public sealed class TrialTests : IAsyncLifetime
{
    private readonly World world = new("bubblewrap");
    private readonly List<Peer> peers = [];
    private readonly List<AttemptOrder> orders = [];
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        server = await HubServer.StartAsync(
            map: (_, hub) => world.ServeAsync(hub, adopt: false).IsCompletedSuccessfully.ShouldBeTrue()
        );
        Directory.CreateDirectory(world.Config.Home);
        await world.Host.AdoptAsync(default);
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }");
    }

    public async Task DisposeAsync()
    {
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }

        world.Host.LetGo();
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Where_all_that_is_claimed_holds_it_is_green_and_nothing_is_left()
    {
        await PlayAsync("bart", Holds);
        await PlayAsync("homer", Holds);

        var (rows, done) = await RunAsync();

        rows.Count.ShouldBe(2 * Claims.Attempts.Count);
        (done.Ok, done.Cells, done.Failed).ShouldBe((true, 2, 0));
        orders.Select(o => (o.Agent, o.Neighbour!.Agent)).ShouldBe([("bart", "homer"), ("homer", "bart")]);
        Directory.EnumerateFiles(world.Config.Home, "verify-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_attempt_that_gets_through_a_claim_is_not_green() =>
        await FailsAsync(id => new AttemptRow(id, false, "through"));

    [Fact]
    public async Task Neither_is_one_that_broke_down() => await FailsAsync(id => new AttemptRow(id, null, "broke", Broken: true));

    [Fact]
    public async Task Nor_one_of_which_the_runtime_says_nothing() => await FailsAsync(_ => null);

    [Fact]
    public async Task Nor_a_cell_that_does_not_let_itself_be_asked()
    {
        await PlayAsync("homer", Holds);

        var (_, done) = await RunAsync();

        (done.Ok, done.Cells, done.Failed).ShouldBe((false, 1, 0));
    }

    [Fact]
    public async Task One_that_a_person_stopped_claims_nothing()
    {
        await PlayAsync("homer", Holds);
        await world.SetAsync("bart", running: false);

        (await RunAsync()).Done.Ok.ShouldBeTrue();
    }

    private async Task FailsAsync(Func<string, AttemptRow?> worst)
    {
        await PlayAsync("bart", id => id == "host.shadow" ? worst(id) : Holds(id));
        await PlayAsync("homer", Holds);

        var (rows, done) = await RunAsync();

        var row = rows.Where(r => r.Fails).ShouldHaveSingleItem();
        (row.Attempt.Id, row.Claimed, row.Cell.Record.Group.Value).ShouldBe(("host.shadow", true, "bart"));
        (done.Ok, done.Failed).ShouldBe((false, 1));
    }

    private static AttemptRow? Holds(string id) => new(id, true, "held");

    private async Task<(List<TrialEvent.Row> Rows, TrialEvent.Done Done)> RunAsync()
    {
        var events = new List<TrialEvent>();
        var trial = new Trial(world.Config, world.Host.Book, server.Hub.Doors);
        await foreach (var happened in trial.RunAsync(new HashSet<Core.CellId>(), default))
        {
            events.Add(happened);
        }

        return (events.OfType<TrialEvent.Row>().ToList(), events.OfType<TrialEvent.Done>().Single());
    }

    private async Task PlayAsync(string group, Func<string, AttemptRow?> row)
    {
        var folder = world.Host.Book.Layout.HubFolder(world.Cell(group)!.Record.Id);
        var peer = await Peer.RuntimeAsync(Path.Combine(folder, CellPaths.HubSocketName));
        peers.Add(peer);
        _ = PlayAsync(peer, row);
    }

    /// <summary>One line in; a decoy then stands until its input ends, an attempt answers and is over.</summary>
    private async Task PlayAsync(Peer peer, Func<string, AttemptRow?> row)
    {
        var kinds = new Dictionary<uint, string>();
        var said = new Dictionary<uint, string>();
        while (true)
        {
            var frame = await peer.NextFrameAsync();
            switch (frame.Kind)
            {
                case StreamFrameKind.Open:
                    kinds[frame.Stream] = JsonSerializer.Deserialize(frame.Body.Span, LinkJson.Default.StreamOpen)!.Kind;
                    said[frame.Stream] = "";
                    break;
                case StreamFrameKind.Data:
                    said[frame.Stream] += Encoding.UTF8.GetString(frame.Body.Span);
                    if (!said[frame.Stream].EndsWith('\n'))
                    {
                        break;
                    }

                    if (kinds[frame.Stream] == "decoy")
                    {
                        await SayAsync(
                            JsonSerializer.SerializeToUtf8Bytes(new DecoyFacts(1, 2, []), LinkJson.Default.DecoyFacts)
                        );
                        break;
                    }

                    var order = JsonSerializer.Deserialize(said[frame.Stream], LinkJson.Default.AttemptOrder)!;
                    orders.Add(order);
                    foreach (var one in order.Ids.Select(row).OfType<AttemptRow>())
                    {
                        await SayAsync(JsonSerializer.SerializeToUtf8Bytes(one, LinkJson.Default.AttemptRow));
                    }

                    await EndAsync();
                    break;
                case StreamFrameKind.Finish when kinds[frame.Stream] == "decoy":
                    await EndAsync();
                    break;
            }

            Task SayAsync(byte[] line) => peer.SendFrameAsync(StreamFrameKind.Data, frame.Stream, [.. line, (byte)'\n']);

            Task EndAsync() => peer.SendFrameAsync(StreamFrameKind.End, frame.Stream, """{"exitCode":0}"""u8.ToArray());
        }
    }
}
