using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Cells;

/// <summary>What tests of moves begin with and look at.</summary>
internal static class MovingWorld
{
    public const string Two = "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }";
    public const string Bench =
        "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'b' }, { id: 'homer', isolationGroup: 'b' }] } }";

    public static async Task<World> UpAsync(string habitat)
    {
        var world = new World();
        await world.ServeAsync();
        await world.UpAsync(habitat);
        return world;
    }

    /// <summary>Nothing dials in here, so what a runtime was told is no matter.</summary>
    public static async Task<IReadOnlyList<Step>> PlanAsync(World world) =>
        [.. (await world.PlanAsync()).Steps.Where(s => s.Kind != StepKind.Update)];

    public static async Task<Fault> Refused(Task move) => (await Should.ThrowAsync<CreelException>(move)).Fault;

    /// <summary>Of <see cref="Two"/>.</summary>
    public static async Task AsItWasAsync(World world)
    {
        world.Driver.Running.ShouldBe(["bart", "homer"]);
        world.Boxes.Running.ShouldBeEmpty();
        File.Exists(world.LocalFile).ShouldBeFalse();
        (await PlanAsync(world)).ShouldBeEmpty();
    }
}
