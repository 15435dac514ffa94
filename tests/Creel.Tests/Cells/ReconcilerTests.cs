using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

public sealed class ReconcilerTests : IAsyncLifetime
{
    private const string One = "{ name: 'h', agents: { list: [{ id: 'bart' }] } }";

    private readonly World world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task What_a_driver_knows_to_be_missing_refuses_the_whole_before_the_first_step()
    {
        await using var world = new World();
        await world.ServeAsync();
        world.Boxes.Foreseeing = group =>
            group.Image is { } image ? Fault.Missing("image-missing", $"no {image} here", $"docker pull {image}") : null;
        const string Wanted =
            "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'lisa', isolation: 'container', image: 'box:2' }] } }";

        var refused = (await Should.ThrowAsync<CreelException>(world.UpAsync(Wanted))).Fault;

        (refused.Kind, refused.Code, refused.Remedy).ShouldBe((FaultKind.Missing, "image-missing", "docker pull box:2"));
        world.Driver.Log.ShouldBeEmpty();
        world.Disk.Desired.ShouldBeNull();

        // What runs already needs nothing of it.
        world.Boxes.Foreseeing = _ => null;
        await world.UpAsync(Wanted);
        world.Boxes.Foreseeing = _ => Fault.Missing("image-missing", "it is gone");
        await world.UpAsync(Wanted);
        (await Should.ThrowAsync<CreelException>(world.ChangeAsync("lisa", CellChange.Restart))).Fault.Code.ShouldBe(
            "image-missing"
        );
        world.Boxes.Running.ShouldBe(["lisa"]);
    }

    [Fact]
    public async Task Who_has_something_for_an_agent_that_comes_up_waits_until_it_takes_tasks_or_does_not_come()
    {
        await world.ServeAsync();
        var bart = AgentId.Parse("bart");
        var waits = new List<(Task Came, bool AtOnce)>();
        world.Host.HabitatChanged += () =>
        {
            var came = world.Host.ComesAsync(bart);
            waits.Add((came, came.IsCompleted));
        };
        await world.UpAsync(One);
        await waits.Single().Came;
        waits.Single().AtOnce.ShouldBeFalse("its cell had not been begun");
        world.Host.ComesAsync(bart).IsCompleted.ShouldBeTrue();
        world.Host.ComesAsync(AgentId.Parse("nobody")).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_planned_before_it_is_known_what_runs()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        await world.EndAsync();
        await world.ServeAsync(adopt: false);

        var plan = world.PlanAsync();
        var apply = world.UpAsync(One);
        plan.IsCompleted.ShouldBeFalse();
        apply.IsCompleted.ShouldBeFalse();
        await world.Host.AdoptAsync(default);

        (await plan).Steps.ShouldBeEmpty();
        (await apply).OfType<ApplyEvent.Planned>().Single().Plan.Steps.ShouldBeEmpty();
        world.Driver.Log.ShouldBe(["start bart"]);
    }

    [Fact]
    public async Task What_a_plan_is_made_of_is_read_when_it_is_its_turn()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        world.Driver.Starting = (_, _) =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        var restart = world.ChangeAsync("bart", CellChange.Restart);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));

        var plan = world.PlanAsync();
        File.WriteAllText(world.HabitatFile, One.Replace("bart", "lisa", StringComparison.Ordinal));
        go.SetResult();

        (await plan).Steps.Select(s => s.Group.Value).ShouldBe(["bart", "lisa"], ignoreOrder: true);
        await restart;
    }

    [Fact]
    public async Task A_stopped_cell_is_started_as_the_habitat_wants_it_now()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', resources: { memory: '200m' } }] } }");
        await world.SetAsync("bart", false);
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', resources: { memory: '300m' } }] } }");
        world.Driver.Running.ShouldBeEmpty();

        await world.SetAsync("bart", true);

        world.Driver.SpecOf("bart").Limits.Memory!.Value.Value.ShouldBe(300 << 20);
    }

    [Fact]
    public async Task What_goes_has_gone_before_anything_comes()
    {
        await world.ServeAsync();
        await world.UpAsync(One);

        await world.UpAsync("{ name: 'other', agents: { list: [{ id: 'bart' }] } }");

        world.Driver.Log.ShouldBe(["start bart", "stop bart", "start bart"]);
    }

    [Fact]
    public async Task A_folder_of_the_users_own_is_not_given_to_the_cell()
    {
        using var own = new Creel.Tests.Habitats.TemporaryFolder();
        await world.ServeAsync();

        await world.UpAsync($"{{ name: 'h', agents: {{ list: [{{ id: 'bart', workspace: '{own.Path}' }}] }} }}");

        world.Driver.Running.ShouldBe(["bart"]);
        world.Disk.Folders.Keys.ShouldNotContain(own.Path);
    }

    [Fact]
    public void Cells_on_the_hosts_loopback_have_relays_of_their_own()
    {
        var group = new AgentGroup
        {
            Id = GroupId.Parse("bart"),
            Level = IsolationLevel.None,
            Network = NetworkMode.Host,
            Limits = ResourceLimits.Unlimited,
            Agents = [],
        };
        var id = CellId.Of("i", "h", group.Id);
        var design = new CellDesign(id, group, "host", NetworkMode.Host, [], [], []);
        var layout = new CellLayout(world.Config);

        var ports = new[] { 0, 1 }.Select(index =>
            layout.Spec(new CellRecord(id, group.Id, "host", "", index, null, false), design, null, "h").RelayPort
        );

        ports.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_change_of_memory_is_told_as_people_write_it()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', resources: { memory: '200m' } }] } }");

        var events = await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', resources: { memory: '300m' } }] } }");

        events.OfType<ApplyEvent.Planned>().Single().Plan.Steps.Single().Why.ShouldBe("memory 200m → 300m");
    }

    [Fact]
    public async Task Another_habitat_over_the_first_says_which_replaces_which()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'a', agents: { list: [{ id: 'bart' }] } }");

        var events = await world.UpAsync("{ name: 'b', agents: { list: [{ id: 'homer' }] } }");

        var steps = events.OfType<ApplyEvent.Planned>().Single().Plan.Steps;
        steps
            .Select(s => $"{s.Kind} {s.Group}: {s.Why}")
            .ShouldBe(["Remove bart: habitat 'a' is replaced by 'b'", "Start homer: new"]);
        world.Driver.Running.ShouldBe(["homer"]);
    }

    [Theory]
    [InlineData("home/cells")]
    [InlineData("home/workspaces/homer")]
    [InlineData("run")]
    [InlineData("")]
    public async Task A_workspace_among_Creels_own_files_is_refused_and_nothing_is_written(string path)
    {
        await world.ServeAsync();
        var folder = Path.Combine(Path.GetDirectoryName(world.Config.Home)!, path).TrimEnd('/');

        var fault = (
            await Should.ThrowAsync<CreelException>(() =>
                world.UpAsync($"{{ name: 'h', agents: {{ list: [{{ id: 'bart', workspace: '{folder}' }}] }} }}")
            )
        ).Fault;

        // The folder of all has the habitat's own file in it, too, which is seen first.
        fault.Code.ShouldBe(path.Length == 0 ? "habitat" : "own-folder");
        fault.Message.ShouldContain(folder);
        world.Disk.Desired.ShouldBeNull();
        world.Driver.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_driver_that_hangs_fails_its_step_and_holds_no_other_up()
    {
        world.Config = world.Config with { StepDeadline = TimeSpan.FromSeconds(2), StopGrace = TimeSpan.FromMilliseconds(50) };
        await world.ServeAsync();
        world.Driver.Starting = (spec, _) => spec.Group.Value == "bart" ? new TaskCompletionSource().Task : Task.CompletedTask;

        var events = await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }");

        events
            .OfType<ApplyEvent.StepFailed>()
            .ShouldContain(f => f.Fault.Code == "step-slow" && f.Fault.Message.Contains("bart"));
        world.Driver.Running.ShouldBe(["homer"]);
    }

    [Fact]
    public async Task A_runtime_that_says_nothing_is_told_with_the_place_of_its_log()
    {
        await world.ServeAsync();

        var events = await world.UpAsync(One);

        var fault = events.OfType<ApplyEvent.StepFailed>().Single().Fault;
        fault.Code.ShouldBe("runtime-silent");
        fault.Remedy!.ShouldContain("log");
        events.OfType<ApplyEvent.Done>().Single().Ok.ShouldBeFalse();
        (await world.AuditAsync("cell.start")).Select(e => e.Split(' ')[^1]).ShouldBe(["ok", "failed"]);
    }

    [Fact]
    public async Task What_was_written_down_and_is_damaged_leaves_the_cells_alone()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        await world.EndAsync();
        world.Disk.Desired = "{ half";

        (await Should.ThrowAsync<CreelException>(() => world.AgainAsync())).Fault.Code.ShouldBe("desired-state");

        world.Driver.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task Where_nothing_was_written_down_cells_that_are_found_are_left_alone()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        world.Disk.Desired = null;

        await world.AgainAsync();

        world.Driver.Running.ShouldBe(["bart"]);
        world.Known.ShouldBe(["bart"]);
        await world.DownAsync();
        world.Driver.Running.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cell_that_runs_is_taken_over_also_where_its_driver_could_not_prove_itself_this_time()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }] } }");
        await world.EndAsync();
        world.Driver.Works = false;

        await world.ServeAsync();

        world.Cell("bart")!.Design.ShouldNotBeNull().Agents.Single().Id.Value.ShouldBe("bart");
        await world.SetAsync("bart", running: false);
        world.Driver.Running.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cell_that_could_not_be_taken_over_ends_before_its_next_start()
    {
        const string Habitat = "{ name: 'h', agents: { list: [{ id: 'bart' }] } }";
        await world.ServeAsync();
        await world.UpAsync(Habitat);
        await world.EndAsync();
        world.Driver.Inspecting = _ => throw new InvalidOperationException("the disk is slow");
        await world.ServeAsync();
        world.Cell("bart")!.Running.ShouldBeFalse();
        world.Driver.Inspecting = _ => { };
        world.Driver.Forget();

        await world.UpAsync(Habitat);

        world.Driver.Log.ShouldBe(["start bart", "stop bart", "start bart"]);
    }

    [Fact]
    public async Task A_cell_that_can_not_be_taken_over_keeps_no_other_from_it()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }");
        await world.EndAsync();
        var bart = world.Disk.Cells.Single(c => c.Group.Value == "bart");
        await world.Disk.PutAsync(bart with { Driver = "gone" });

        await world.ServeAsync();

        world.Reason("bart").ShouldBe("this Creel has no driver gone");
        world.Cell("homer")!.Running.ShouldBeTrue();
    }
}
