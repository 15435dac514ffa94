using Creel.Core.Habitats;

namespace Creel.Tests.Habitats;

/// <summary><c>image</c> and <c>ociRuntime</c>, on an agent and on a group.</summary>
public class ContainerWordTests
{
    [Fact]
    public void An_agent_and_a_group_may_name_their_image_and_the_runtime_below()
    {
        var habitat = Habitat.Model(
            """
            { isolation: 'container', agents: { list: [
                { id: 'a', image: 'registry.example:5000/team/box:1.2@sha256:ab', ociRuntime: 'runsc' },
                { id: 'b', isolationGroup: 'g' }, { id: 'c', isolationGroup: 'g' }, { id: 'd' } ] },
              groups: { g: { image: 'box', ociRuntime: 'crun' } } }
            """
        );

        habitat
            .Groups.Select(g => (g.Id.Value, g.Image, g.OciRuntime))
            .ShouldBe([("a", "registry.example:5000/team/box:1.2@sha256:ab", "runsc"), ("d", null, null), ("g", "box", "crun")]);
    }

    [Theory]
    [InlineData("image: 'box'", "image: is for isolation 'container' only, and this cell has 'session'")]
    [InlineData("ociRuntime: 'runsc'", "ociRuntime: is for isolation 'container' only, and this cell has 'session'")]
    [InlineData("isolation: 'container', image: ''", "image: is empty")]
    [InlineData("isolation: 'container', image: '--privileged'", "image: '--privileged' is no name of an image")]
    [InlineData("isolation: 'container', image: 'a b'", "image: 'a b' is no name of an image")]
    [InlineData("isolation: 'container', ociRuntime: '../runc'", "ociRuntime: '../runc' is no name of a runtime")]
    [InlineData("isolation: 'container', image: 7", "image: must be a string, got a number")]
    public void A_wrong_one_is_told_at_its_place(string keys, string problem) =>
        Habitat.Errors($"{{ agents: {{ list: [{{ id: 'a', {keys} }}] }} }}").ShouldHaveSingleItem().ShouldContain(problem);

    [Fact]
    public void On_a_member_of_a_group_they_are_the_groups()
    {
        var errors = Habitat.Errors(
            """
            { isolation: 'container', agents: { list: [{ id: 'a', isolationGroup: 'g', image: 'box' }, { id: 'b', isolationGroup: 'g' }] } }
            """
        );

        errors.ShouldHaveSingleItem().ShouldContain("image belongs to the whole group 'g'");
    }
}
