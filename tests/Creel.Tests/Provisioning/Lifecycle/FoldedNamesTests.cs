using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class FoldedNamesTests
{
    [Fact]
    public void A_file_that_is_folded_is_sent_to_nowhere_by_its_old_name()
    {
        var agent = new DesiredAgent
        {
            Agent = AgentId.Parse("bart"),
            Gateway = "prod",
            Kind = AgentKind.Standalone,
            Registration = new AgentRegistration("mc-bart", "Bart", "/w", []),
            Session = "agent:mc-bart:main",
            Files =
            [
                new("AGENTS.md", "Look at TOOLS.md."),
                new("BOOTSTRAP.md", "Read TOOLS.md and HEARTBEAT.md."),
                new("TOOLS.md", "AUTH_TOKEN=x\nTOKEN=$(sed -n 's/^AUTH_TOKEN=//p' TOOLS.md)"),
                new("USER.md", "keeps TOOLS.md"),
            ],
        };

        var files = FileFolding.Of(agent, ["AGENTS.md", "BOOTSTRAP.md", "USER.md"]).Files.ShouldNotBeNull().ToDictionary();

        files["AGENTS.md"].ShouldBe("Look at AGENTS.md.\n\nAUTH_TOKEN=x\nTOKEN=$(sed -n 's/^AUTH_TOKEN=//p' AGENTS.md)");
        files["BOOTSTRAP.md"].ShouldBe("Read AGENTS.md and HEARTBEAT.md.");
        files["USER.md"].ShouldBe("keeps TOOLS.md");
        FileFolding.Of(agent, ["AGENTS.md", "BOOTSTRAP.md", "TOOLS.md", "USER.md"]).ShouldBe(agent);
    }
}
