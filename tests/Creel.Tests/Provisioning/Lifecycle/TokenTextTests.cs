using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class TokenTextTests
{
    private static readonly AgentId Bart = AgentId.Parse("bart");
    private static readonly string Token = AgentToken.Of(Bart, new byte[32]);
    private static readonly string Fresh = AgentToken.Of(Bart, Enumerable.Repeat((byte)7, 32).ToArray());

    [Fact]
    public void A_token_is_replaced_wherever_it_stands_and_nothing_else_is()
    {
        var file = $"# Tools\r\n\n  AUTH_TOKEN={Token}\r\nAGENT_ID=bart\n\ncurl -H 'X-Agent-Token: {Token}'\n";

        var next = TokenText.Fill(TokenText.Lined(TokenText.Mask(file, Bart)), Fresh);

        next.ShouldBe(file.Replace(Token, Fresh, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTH_TOKEN=\nX=1", "AUTH_TOKEN=NEW\nX=1")]
    [InlineData("AUTH_TOKEN=a", "AUTH_TOKEN=NEW")]
    [InlineData("a\n  AUTH_TOKEN=a b \na", "a\n  AUTH_TOKEN=NEW\na")]
    [InlineData("AUTH_TOKEN=a\r\nb", "AUTH_TOKEN=NEW\r\nb")]
    public void What_stands_on_its_line_and_is_no_token_goes_from_there(string file, string expected) =>
        TokenText.Fill(TokenText.Lined(file), "NEW").ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("# AUTH_TOKEN=x")]
    [InlineData("sed -n 's/^AUTH_TOKEN=/X-Agent-Token: /p' TOOLS.md | curl -sS -H @- http://x/whoami")]
    public void Without_the_line_there_is_no_place(string file) => TokenText.Lined(file).ShouldBe(file);
}
