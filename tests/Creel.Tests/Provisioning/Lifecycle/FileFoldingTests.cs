using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class FileFoldingTests
{
    private static readonly string[] Newer = ["AGENTS.md", "BOOTSTRAP.md", "SOUL.md", "USER.md"];

    private static readonly DesiredAgent Bart = LifecycleWorld.Agent(
        "bart",
        ("AGENTS.md", "# agents\n"),
        ("HEARTBEAT.md", "# beat"),
        ("SOUL.md", "Read TOOLS.md and HEARTBEAT.md."),
        ("TOOLS.md", "\n# tools\n")
    );

    [Fact]
    public void What_the_gateway_has_given_up_stands_at_the_end_of_one_that_it_has()
    {
        var folded = FileFolding.Of(Bart, Newer).Files!.ToDictionary();

        folded.Keys.ShouldBe(["AGENTS.md", "SOUL.md"], ignoreOrder: true);
        folded["AGENTS.md"].ShouldBe("# agents\n\n# tools\n\n# beat");
    }

    [Fact]
    public void Other_files_name_the_file_that_the_text_went_to() =>
        FileFolding.Of(Bart, Newer).Files!.ToDictionary()["SOUL.md"].ShouldBe("Read AGENTS.md and AGENTS.md.");

    [Fact]
    public void Where_it_takes_them_all_or_does_not_say_nothing_is_folded()
    {
        FileFolding.Of(Bart, [.. Newer, "TOOLS.md", "HEARTBEAT.md"]).ShouldBe(Bart);
        FileFolding.Of(Bart, []).ShouldBe(Bart);
    }
}
