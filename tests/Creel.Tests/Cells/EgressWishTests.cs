using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

/// <summary>Rules that commands add and take back, beside those of the habitat file.</summary>
public sealed class EgressWishTests : IAsyncLifetime
{
    private readonly World world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Theory]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart' }] } }")]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart', egress: ['a.example:443'] }] } }")]
    [InlineData("{ name: 'h', groups: { bart: { egress: ['a.example:443'] } }, agents: { list: [{ id: 'bart' }] } }")]
    [InlineData(
        "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'bart' }, { id: 'lisa', isolationGroup: 'bart' }] } }"
    )]
    public async Task A_rule_is_added_and_taken_back_wherever_the_file_says_its_egress(string habitat)
    {
        await world.ServeAsync();
        await world.UpAsync(habitat);
        var before = Egress();

        await ChangeAsync("GitHub.com:443", allow: true);

        Egress().ShouldBe([.. before, "github.com:443"]);
        await world.AgainAsync();
        Egress().ShouldBe([.. before, "github.com:443"]);

        await ChangeAsync("github.com:443", allow: false);

        Egress().ShouldBe(before);
        File.ReadAllText(world.LocalFile).ShouldNotContain("egress\"");
    }

    [Fact]
    public async Task Nothing_starts_anew_and_the_plan_says_what_changed()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }] } }");
        var wish = Wish("github.com:443", allow: true);

        var plan = (await world.Host.Reconciler.PlanAsync(() => wish, default))!;

        var step = plan.Steps.ShouldHaveSingleItem();
        step.Kind.ShouldBe(StepKind.Update);
        step.Why.ShouldBe("egress + github.com:443");
        await world.ApplyAsync(Wish("github.com:443", allow: true));
        (await world.Host.Reconciler.PlanAsync(() => world.Host.Habitats.Unfinished(), default))!.Steps.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_proxy_is_told_before_any_step()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart' }] } }");
        var told = new List<IReadOnlyList<string>>();
        world.Host.AllowAsync = _ =>
        {
            told.Add(Egress());
            return Task.CompletedTask;
        };

        await ChangeAsync("github.com:443", allow: true);

        told.ShouldNotBeEmpty();
        told[0].ShouldBe(["github.com:443"]);
    }

    [Fact]
    public async Task What_a_person_wrote_only_a_person_takes_back()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', egress: ['a.example:443'] }] } }");

        Code(() => Wish("a.example:443", allow: false)).ShouldBe("egress-declared");
        Code(() => Wish("a.example:443", allow: true)).ShouldBe("egress-there");
        Code(() => Wish("b.example:443", allow: false)).ShouldBe("egress-rule");
        Code(() => EgressWish.Group(world.Host.Habitats, "nobody")).ShouldBe("group");
        File.Exists(world.LocalFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cell_without_a_way_out_is_given_no_rule()
    {
        await world.ServeAsync();
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', network: 'none' }] } }");
        Code(() => Wish("github.com:443", allow: true)).ShouldBe("habitat");
    }

    private IReadOnlyList<string> Egress() => EgressWish.Group(world.Host.Habitats, "bart").Egress;

    private Wish Wish(string rule, bool allow) =>
        EgressWish.Of(world.Host.Habitats, EgressWish.Group(world.Host.Habitats, "bart"), EgressRule.Parse(rule), allow);

    private Task ChangeAsync(string rule, bool allow) => world.ApplyAsync(Wish(rule, allow));

    private static string Code(Func<object> wrong) => Should.Throw<CreelException>(() => _ = wrong()).Fault.Code;
}
