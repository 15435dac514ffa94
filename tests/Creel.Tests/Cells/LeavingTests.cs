using Creel.Core;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

/// <summary>What becomes of an agent that the habitat no longer has, and of its folder.</summary>
public sealed class LeavingTests : IAsyncLifetime
{
    private const string Bench =
        "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'b' }, { id: 'homer', isolationGroup: 'b' }] } }";
    private const string BenchOfOne = "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'b' }] } }";

    private readonly World world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task An_agent_that_leaves_a_group_which_stays_is_forgotten_at_once()
    {
        await world.ServeAsync();
        await world.UpAsync(Bench);
        world.Known.ShouldBe(["bart", "homer"]);

        var events = await world.UpAsync(BenchOfOne);

        world.Known.ShouldBe(["bart"]);
        Workspaces(events).ShouldBe([$"homer {world.Workspace("homer")} kept"]);
        world.Disk.Folders.Keys.ShouldContain(world.Workspace("homer"));
    }

    [Fact]
    public async Task Its_workspace_is_deleted_where_that_is_asked_for()
    {
        await world.ServeAsync();
        await world.UpAsync(Bench);

        var events = await world.UpAsync(BenchOfOne, deleteWorkspaces: true);

        Workspaces(events).ShouldBe([$"homer {world.Workspace("homer")} deleted"]);
        world.Disk.Folders.Keys.ShouldNotContain(world.Workspace("homer"));
        (await world.AuditAsync("workspace.delete")).ShouldBe(["creel agent:homer ok"]);
    }

    [Fact]
    public async Task A_workspace_that_the_user_wrote_out_is_never_deleted()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', workspace: '/srv/bart' }] } }");
        world.Disk.Folders["/srv/bart"] = 0;

        var events = await world.DownAsync(deleteWorkspaces: true);

        Workspaces(events).ShouldBe(["bart /srv/bart kept"]);
        world.Disk.Folders.Keys.ShouldContain("/srv/bart");
    }

    [Fact]
    public async Task The_workspace_of_an_agent_that_went_earlier_is_deleted_by_its_name_also_when_nothing_is_up()
    {
        await world.ServeAsync();
        await world.UpAsync(Bench);
        await world.DownAsync();
        world.Disk.Folders.Keys.ShouldContain(world.Workspace("homer"));

        var events = await world.ApplyAsync(world.Host.Habitats.Remove(AgentId.Parse("homer"), deleteWorkspace: true));

        Workspaces(events).ShouldBe([$"homer {world.Workspace("homer")} deleted"]);
        world.Disk.Folders.Keys.ShouldNotContain(world.Workspace("homer"));
        world.Disk.Folders.Keys.ShouldContain(world.Workspace("bart"));
    }

    [Fact]
    public async Task While_its_cell_can_not_be_ended_a_workspace_is_not_deleted()
    {
        await world.ServeAsync();
        await world.UpAsync(BenchOfOne);
        world.Driver.Stopping = _ => throw new CreelException(Fault.Unavailable("cell-stuck", "it hangs in the kernel"));

        var events = await world.DownAsync(deleteWorkspaces: true);
        events.OfType<ApplyEvent.StepFailed>().Single().Fault.Code.ShouldBe("cell-stuck");
        Workspaces(events).ShouldBeEmpty();
        world.Disk.Folders.Keys.ShouldContain(world.Workspace("bart"));

        world.Driver.Stopping = _ => { };
        Workspaces(await world.DownAsync()).ShouldBe([$"bart {world.Workspace("bart")} deleted"]);
    }

    [Fact]
    public async Task What_an_earlier_deletion_left_to_do_takes_nothing_from_who_goes_later()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }, { id: 'lisa' }] } }");
        var homers = Path.Combine(world.Config.Home, "state", world.Cell("homer")!.Record.Id.Value);
        world.Driver.Stopping = _ => throw new CreelException(Fault.Unavailable("cell-stuck", "it hangs in the kernel"));
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'homer' }, { id: 'lisa' }] } }", deleteWorkspaces: true);
        world.Driver.Stopping = _ => { };

        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'lisa' }] } }");

        world.Driver.Running.ShouldBe(["lisa"]);
        world.Disk.Folders.Keys.ShouldNotContain(world.Workspace("bart"));
        world.Disk.Folders.Keys.ShouldContain(world.Workspace("homer"));
        world.Disk.Folders.Keys.ShouldContain(homers);
    }

    private static IEnumerable<string> Workspaces(IEnumerable<ApplyEvent> events) =>
        events.OfType<ApplyEvent.Workspace>().Select(w => $"{w.Agent} {w.Path} {(w.Deleted ? "deleted" : "kept")}");
}
