using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Sessions;

namespace Creel.Tests.Habitats;

/// <summary>Whom a list names, for the bridge and for the session tools, in a habitat and in an OpenClaw's own file.</summary>
public class AgentToAgentTests
{
    [Theory]
    [InlineData("{enabled: true}", false, false, false)]
    [InlineData("{enabled: true}", true, false, true)]
    [InlineData("{enabled: true, allow: []}", false, false, false)]
    [InlineData("{enabled: true, allow: []}", true, false, true)]
    [InlineData("{enabled: true, allow: [' ']}", true, false, false)]
    [InlineData("{allow: []}", true, false, false)]
    [InlineData("{enabled: false}", true, false, false)]
    [InlineData("{enabled: true, allow: ['a', 'b']}", false, true, true)]
    [InlineData("{enabled: true, allow: ['a', 'b']}", true, true, true)]
    [InlineData("{enabled: true, allow: ['a']}", true, false, false)]
    [InlineData("{enabled: true, allow: ['*']}", false, true, true)]
    [InlineData("{enabled: true, allow: ['a*', ' b']}", false, true, true)]
    [InlineData("{enabled: true, allow: ['x*']}", false, false, false)]
    public void Who_is_named_may(string rule, bool openClaws, bool bridge, bool sessions)
    {
        var habitat = Read(rule, openClaws).Model.ShouldNotBeNull();
        var (a, b) = (AgentId.Parse("a"), AgentId.Parse("b"));
        habitat.Bridge.Permits(a, b).ShouldBe(bridge);
        var settings = SessionSettings.Of(habitat) with { };
        settings = settings with { Sharing = settings.Sharing with { Visibility = SessionVisibility.All } };
        (SessionAccess.ToSession(settings, (a, "agent:a:main"), (b, "agent:b:main"), _ => null) is null).ShouldBe(sessions);
    }

    [Fact]
    public void That_nobody_is_named_is_told_in_the_words_of_the_file()
    {
        Told("{enabled: true}", false).ShouldContain("so nobody may ask");
        Told("{enabled: true}", true).ShouldContain("lets all agents write to each other's sessions");
    }

    private static string Told(string rule, bool openClaws) =>
        Read(rule, openClaws).Problems.Single(p => p.Severity == Severity.Warning).Message;

    private static HabitatReading Read(string rule, bool openClaws) =>
        HabitatReader.Read(
            new HabitatInput
            {
                Main = new HabitatSource(
                    "openclaw.json",
                    $"{{agents: {{list: [{{id: 'a', default: true}}, {{id: 'b'}}]}}, tools: {{agentToAgent: {rule}}}}}"
                ),
                BaseFolder = "/srv/lab",
                HomeFolder = "/home/ann",
                StateFolder = openClaws ? "/home/ann/.openclaw" : null,
            }
        );
}
