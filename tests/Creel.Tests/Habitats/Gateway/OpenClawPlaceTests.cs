using Creel.Adapters.Files;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;

namespace Creel.Tests.Habitats.Gateway;

/// <summary>Where an OpenClaw's configuration and state are found.</summary>
public class OpenClawPlaceTests
{
    [Theory]
    [InlineData("", "", "/home/ann/.openclaw/openclaw.json", "/home/ann/.openclaw")]
    [InlineData("", "/home/ann/.clawdbot", "/home/ann/.clawdbot/openclaw.json", "/home/ann/.clawdbot")]
    [InlineData("", "/home/ann/.openclaw,/home/ann/.clawdbot", "/home/ann/.openclaw/openclaw.json", "/home/ann/.openclaw")]
    [InlineData(
        "",
        "/home/ann/.openclaw,/home/ann/.openclaw/clawdbot.json",
        "/home/ann/.openclaw/clawdbot.json",
        "/home/ann/.openclaw"
    )]
    [InlineData("OPENCLAW_STATE_DIR=~/st", "", "/home/ann/st/openclaw.json", "/home/ann/st")]
    [InlineData("OPENCLAW_CONFIG_PATH=/srv/c.json", "", "/srv/c.json", "/home/ann/.openclaw")]
    [InlineData("OPENCLAW_PROFILE=work", "", "/home/ann/.openclaw-work/openclaw.json", "/home/ann/.openclaw-work")]
    [InlineData("OPENCLAW_PROFILE=default", "", "/home/ann/.openclaw/openclaw.json", "/home/ann/.openclaw")]
    [InlineData("OPENCLAW_PROFILE=../x", "", "/home/ann/.openclaw/openclaw.json", "/home/ann/.openclaw")]
    [InlineData("OPENCLAW_HOME=/srv/h", "", "/srv/h/.openclaw/openclaw.json", "/srv/h/.openclaw")]
    public void The_environment_decides_then_what_is_there(string variables, string there, string file, string state)
    {
        var environment = variables
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(v => v.Split('=')[0], v => v.Split('=')[1]);
        OpenClawPlace.Find(environment, "/home/ann", there.Split(',').Contains).ShouldBe(new OpenClawPlace(file, state));
    }

    [Fact]
    public void A_configuration_that_is_there_works_as_it_is()
    {
        var habitat = HabitatReader
            .Read(
                new HabitatInput
                {
                    Main = new HabitatSource(
                        "/home/ann/.openclaw/openclaw.json",
                        "{ agents: { list: [{ id: 'main', default: true }, { id: 'work' }, { id: 'own', workspace: '~/claw' }] } }"
                    ),
                    BaseFolder = "/home/ann/.openclaw",
                    HomeFolder = "/home/ann",
                    StateFolder = "/home/ann/.openclaw",
                }
            )
            .Required();
        habitat
            .Agents.Select(a => a.Workspace)
            .ShouldBe(["/home/ann/.openclaw/workspace", "/home/ann/.openclaw/workspace-work", "/home/ann/claw"]);
        habitat.StateFolder.ShouldBe("/home/ann/.openclaw");
    }

    [Fact]
    public void A_file_of_two_names_is_not_included()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var main = folder.Write("openclaw.json", "{ $include: 'more.json' }");
        var secret = other.Write("secret.json", "{ session: {} }");
        System.Diagnostics.Process.Start("ln", [secret, Path.Combine(folder.Path, "more.json")]).WaitForExit();
        var files = new HabitatFiles(main, HabitatVariables.All(new Dictionary<string, string>()), "/home/ann");
        Should.Throw<Creel.Core.CreelException>(() => files.Read()).Fault.Code.ShouldBe("include-link");
    }
}
