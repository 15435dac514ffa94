using Creel.Core;
using Creel.Core.Provisioning;

namespace Creel.Tests.Habitats;

/// <summary>What a habitat says about boards, users, and what agents are told of them.</summary>
public class BoardKeyTests
{
    [Fact]
    public void Boards_and_users_are_read_and_each_agent_has_its_kind()
    {
        var reading = Habitat.Read(
            """
            {
                users: { ann: { name: "Ann", preferredName: "A.", timezone: "Europe/Vienna" } },
                boards: { b: { name: "Board", lead: "x", user: "ann", targetDate: "2026-03-01", successMetrics: { f: 1.0 } } },
                agents: { list: [{ id: "x", provision: { board: "b" } }, { id: "y", provision: { board: "b", user: "ann" } }, { id: "z" }] },
            }
            """
        );
        reading.Problems.ShouldBeEmpty();
        var said = reading.Model!.Provisioning;
        said.Users["ann"].Timezone.ShouldBe("Europe/Vienna");
        said.Boards["b"].Sheet.TargetDate.ShouldBe(new DateTime(2026, 3, 1));
        said.KindOf(AgentId.Parse("x")).ShouldBe(AgentKind.Lead);
        said.KindOf(AgentId.Parse("y")).ShouldBe(AgentKind.Board);
        said.KindOf(AgentId.Parse("z")).ShouldBe(AgentKind.Standalone);
    }

    [Theory]
    [InlineData("{boards: {'A b': {}}}", "'A b' is no id of a board")]
    [InlineData("{boards: {b: 5}}", "must be an object, got a number")]
    [InlineData("{boards: {b: {objectiv: 'x'}}}", "did you mean 'objective'?")]
    [InlineData("{boards: {b: {lead: 'nobody'}}}", "there is no agent 'nobody'")]
    [InlineData("{boards: {b: {lead: 'x'}}, agents: {list: [{id: 'x'}]}}", "its lead 'x' is not of this board")]
    [InlineData("{boards: {b: {user: 'ann'}}}", "there is no user 'ann'")]
    [InlineData("{boards: {b: {targetDate: 'spring'}}}", "'spring' is no day")]
    [InlineData("{boards: {b: {goalConfirmed: true}}}", "a confirmed goal needs 'objective' and 'successMetrics'")]
    [InlineData("{users: {ann: {name: 5}}}", "users.ann.name")]
    [InlineData("{users: {ann: {notes: 5}}}", "users.ann.notes: must be a string, got a number")]
    [InlineData("{agents: {list: [{id: 'x', provision: {board: 'c'}}]}}", "there is no board 'c'")]
    [InlineData("{agents: {list: [{id: 'x', provision: {borad: 'c'}}]}}", "did you mean 'board'?")]
    [InlineData("{agents: {list: [{id: 'x', provision: {soulTemplate: 'a\\n{% if %}'}}]}}", "soulTemplate:2:7:")]
    [InlineData("{agents: {list: [{id: 'x', provision: {identityTemplate: '{{ x | shout }}'}}]}}", "No filter named 'shout'")]
    [InlineData("{agents: {list: [{id: 'x', provision: {soulTemplate: 'a\\n{{ agent_nam }}'}}]}}", "did you mean 'agent_name'?")]
    [InlineData(
        "{agents: {list: [{id: 'x', provision: {soulTemplate: '{{ board_name }}'}}]}}",
        "soulTemplate:1:4: 'board_name' is undefined"
    )]
    public void Mistakes_are_told_at_their_place(string text, string said) =>
        Habitat.Read(text).Problems.Select(p => p.ToString()).ShouldContain(p => p.Contains(said, StringComparison.Ordinal));
}
