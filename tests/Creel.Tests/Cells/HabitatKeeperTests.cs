using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Tests.Cells;

public sealed class HabitatKeeperTests : IAsyncLifetime
{
    private const string One = "{ name: 'h', agents: { list: [{ id: 'bart' }] } }";

    private readonly World world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task A_habitat_outlives_its_file()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        File.WriteAllText(world.HabitatFile, "{ wrong");

        await world.AgainAsync();

        world.Host.Habitats.Current!.Agents.Single().Id.Value.ShouldBe("bart");
        world.Driver.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task A_change_on_top_of_a_file_that_changed_meanwhile_is_refused_and_not_written()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var wish = world.Host.Habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement);
        File.WriteAllText(world.HabitatFile, "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }");

        var fault = (await Should.ThrowAsync<CreelException>(() => world.ApplyAsync(wish))).Fault;

        fault.Code.ShouldBe("habitat-changed");
        File.Exists(world.LocalFile).ShouldBeFalse();
        world.Disk.Desired!.ShouldContain("\"Intent\":null");
        world.Driver.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task A_change_brings_nothing_into_force_that_the_files_say_beside_it()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }] } }");
        await world.ApplyAsync(world.Host.Habitats.Add(JsonDocument.Parse("""{"id":"maggie"}""").RootElement));
        File.WriteAllText(world.HabitatFile, "{ name: 'h', isolation: 'container', agents: { list: [{ id: 'bart' }] } }");

        foreach (
            var change in new[]
            {
                () => world.Host.Habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement),
                () => world.Host.Habitats.Remove(AgentId.Parse("maggie"), deleteWorkspace: false),
            }
        )
        {
            var fault = Should.Throw<CreelException>(() => _ = change()).Fault;
            (fault.Code, fault.Remedy).ShouldBe(("habitat-ahead", "See what: creel plan. Apply it first: creel up"));
        }

        world.Driver.Running.ShouldBe(["bart", "maggie"]);
    }

    [Fact]
    public async Task An_up_that_waited_while_an_agent_was_created_does_not_take_it_out_again()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var habitats = world.Host.Habitats;
        var late = habitats.Take(habitats.Read(world.HabitatFile, false), deleteWorkspaces: false);
        await world.ApplyAsync(habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement));

        (await Should.ThrowAsync<CreelException>(() => world.ApplyAsync(late))).Fault.Code.ShouldBe("habitat-changed");

        world.Driver.Running.ShouldBe(["bart", "lisa"]);
    }

    [Fact]
    public async Task What_was_begun_before_a_down_and_comes_after_it_brings_nothing_up_again()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var habitats = world.Host.Habitats;
        var late = new[]
        {
            habitats.Unfinished(),
            habitats.Remove(AgentId.Parse("lisa"), deleteWorkspace: true),
            habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement),
        };
        await world.DownAsync();

        foreach (var wish in late)
        {
            (await Should.ThrowAsync<CreelException>(() => world.ApplyAsync(wish))).Fault.Code.ShouldBe("habitat-changed");
        }

        world.Driver.Running.ShouldBeEmpty();
        File.Exists(world.LocalFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":"../.."}""")]
    [InlineData("""{"id":"bart"}""")]
    [InlineData("""{"id":"lisa","isolation":"none-of-these"}""")]
    public async Task What_is_no_agent_or_is_there_already_makes_no_wish(string agent)
    {
        await world.ServeAsync();
        await world.UpAsync(One);

        Should.Throw<CreelException>(() => world.Host.Habitats.Add(JsonDocument.Parse(agent).RootElement));
    }

    [Fact]
    public async Task A_file_is_named_by_its_whole_path_and_nothing_up_is_said_so()
    {
        await world.ServeAsync();
        var habitats = world.Host.Habitats;

        Should.Throw<CreelException>(() => habitats.Read("habitat.json5", false)).Fault.Code.ShouldBe("habitat-path");
        Should.Throw<CreelException>(() => habitats.Read(null, false)).Fault.Code.ShouldBe("habitat");
        Should.Throw<CreelException>(() => habitats.Remove(AgentId.Parse("bart"), true)).Fault.Code.ShouldBe("habitat");
    }

    [Fact]
    public async Task A_workspace_that_waits_to_be_deleted_is_kept_when_its_agent_comes_back()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var wish = world.Host.Habitats.Nothing(deleteWorkspaces: true);
        await wish.AcceptAsync(default);

        await world.UpAsync(One);

        world.Disk.Folders.Keys.ShouldContain(world.Workspace("bart"));
        world.Disk.Desired!.ShouldContain("\"Deleting\":[]");
    }
}
