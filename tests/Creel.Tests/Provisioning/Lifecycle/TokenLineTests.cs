using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class TokenLineTests
{
    private static readonly string Old = AgentToken.Of(AgentId.Parse("bart"), new byte[32]);
    private static readonly string Fresh = AgentToken.Of(AgentId.Parse("bart"), Enumerable.Repeat((byte)7, 32).ToArray());

    [Fact]
    public void A_token_is_replaced_wherever_it_stands_and_nothing_else_is()
    {
        var file = $"# Tools\r\n\nAUTH_TOKEN={Old}\nAGENT_ID=bart\n\ncurl -H 'X-Agent-Token: {Old}'\n";

        var next = TokenLine.Replace(file, Fresh);

        TokenLine.Find(file).ShouldBe(Old);
        next.ShouldBe(file.Replace(Old, Fresh, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTH_TOKEN=\nX=1", "AUTH_TOKEN=NEW\nX=1")]
    [InlineData("AUTH_TOKEN=a", "AUTH_TOKEN=NEW")]
    [InlineData("a\n  AUTH_TOKEN=a b \na", "a\nAUTH_TOKEN=NEW\na")]
    public void What_stands_there_and_is_no_token_goes_from_that_line_alone(string file, string expected) =>
        TokenLine.Replace(file, "NEW").ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("# AUTH_TOKEN=x")]
    [InlineData("sed -n 's/^AUTH_TOKEN=//p' TOOLS.md")]
    public void Without_the_line_there_is_none(string? file) => TokenLine.Find(file).ShouldBeNull();
}
