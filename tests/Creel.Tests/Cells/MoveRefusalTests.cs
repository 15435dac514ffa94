using Creel.Core;
using Creel.Core.Isolation;
using static Creel.Tests.Cells.MovingWorld;

namespace Creel.Tests.Cells;

/// <summary>What keeps a cell from being moved is found out before anything of it is ended.</summary>
public class MoveRefusalTests
{
    [Fact]
    public async Task A_move_whose_beginning_cannot_be_written_down_does_not_begin()
    {
        await using var world = await UpAsync(Two);

        var full = new CreelException(Fault.Unavailable("disk-full", "the disk is full"));

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container, accepted: () => throw full))).Code.ShouldBe("disk-full");

        world.Station("bart").Held.ShouldBeFalse();
        world.Driver.Log.Count.ShouldBe(2);
        await AsItWasAsync(world);
    }

    [Fact]
    public async Task What_the_file_says_and_is_not_in_force_is_applied_first()
    {
        await using var world = await UpAsync(Two);
        File.WriteAllText(world.HabitatFile, Two + "\n");

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("habitat-ahead");

        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_level_that_the_habitat_file_says_is_a_persons_to_change()
    {
        await using var world = await UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', isolation: 'session' }] } }");

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container));

        fault.Kind.ShouldBe(FaultKind.Conflict);
        fault.Message.ShouldContain("habitat.json5:1:");
        fault.Remedy!.ShouldContain("take it out there");
        world.Driver.Log.ShouldBe(["start bart"]);
    }

    [Theory]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart', driver: 'bubblewrap' }] } }")]
    [InlineData(
        "{ name: 'h', groups: { b: { driver: 'bubblewrap' } }, "
            + "agents: { list: [{ id: 'bart', isolationGroup: 'b' }, { id: 'homer', isolationGroup: 'b' }] } }"
    )]
    public async Task A_driver_that_the_habitat_file_says_too(string habitat)
    {
        await using var world = new World("bubblewrap");
        await world.ServeAsync();
        await world.UpAsync(habitat);

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container));

        fault.Kind.ShouldBe(FaultKind.Conflict);
        fault.Code.ShouldBe("habitat-says");
        fault.Message.ShouldContain("habitat.json5:1:");
        fault.Remedy!.ShouldContain("take it out there");
        world.Driver.Log.Count.ShouldBe(1);
        (await world.MoveAsync("bart", IsolationLevel.Session)).Moved.ShouldBeFalse();
    }

    [Fact]
    public async Task An_image_that_is_missing_is_found_out_before_anything_is_stopped()
    {
        await using var world = await UpAsync(Two);
        world.Boxes.Foreseeing = group => Fault.Missing("image-missing", $"there is no {group.Image}", "docker pull box:2");

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container, image: "box:2"));

        (fault.Code, fault.Message, fault.Remedy).ShouldBe(("image-missing", "there is no box:2", "docker pull box:2"));
        world.Driver.Log.Count.ShouldBe(2);
        await AsItWasAsync(world);
    }

    [Fact]
    public async Task To_level_none_it_is_told_what_is_lost_and_goes_only_when_it_is_meant()
    {
        await using var world = await UpAsync(Two);

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.None, yes: false));

        (fault.Kind, fault.Code).ShouldBe((FaultKind.Refused, "move-unmeant"));
        fault.Message.ShouldContain("the host's network instead of proxy");
        fault.Remedy!.ShouldContain("--yes");
        await AsItWasAsync(world);
        (await world.MoveAsync("bart", IsolationLevel.None, yes: true)).Moved.ShouldBeTrue();
        world.Open.SpecOf("bart").Network.ShouldBe(NetworkMode.Host);
        world.Host.Habitats.Current!.Groups.Single(g => g.Id.Value == "bart").Network.ShouldBe(NetworkMode.Host);

        // There already, or on the way up, nothing is lost.
        (await world.MoveAsync("bart", IsolationLevel.None, yes: false)).Moved.ShouldBeFalse();
        (await world.MoveAsync("bart", IsolationLevel.Session, yes: false)).Moved.ShouldBeTrue();
        world.Driver.SpecOf("bart").Network.ShouldBe(NetworkMode.Proxy);
    }

    [Theory]
    [InlineData("{ name: 'h', network: 'proxy', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }")]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart', network: 'proxy' }, { id: 'homer' }] } }")]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] }, groups: { bart: { network: 'none' } } }")]
    public async Task A_network_that_was_written_is_not_dropped_at_level_none(string habitat)
    {
        await using var world = await UpAsync(habitat);

        (await Refused(world.MoveAsync("bart", IsolationLevel.None))).Code.ShouldBe("network-unsupported");

        await AsItWasAsync(world);
    }

    [Fact]
    public async Task A_driver_that_does_not_work_any_more_is_found_out_before_anything_is_stopped()
    {
        await using var world = await UpAsync(Two);
        world.Boxes.Works = false;

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("driver-broken");

        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_stopped_cell_is_not_moved()
    {
        await using var world = await UpAsync(Two);
        await world.SetAsync("bart", false);
        var begun = false;

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container, accepted: () => begun = true));

        (fault.Code, begun).ShouldBe(("cell-down", false));
    }
}
