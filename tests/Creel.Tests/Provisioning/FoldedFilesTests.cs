using Creel.Core.Provisioning;

namespace Creel.Tests.Provisioning;

public sealed class FoldedFilesTests
{
    private static readonly KeyValuePair<string, string>[] Files =
    [
        new("AGENTS.md", "Read TOOLS.md."),
        new("HEARTBEAT.md", "Look about you."),
        new("SOUL.md", "Be kind."),
        new("TOOLS.md", "AUTH_TOKEN=x\nsed TOOLS.md"),
    ];

    [Fact]
    public void What_a_gateway_keeps_no_file_for_stands_in_agents_md()
    {
        var folded = FoldedFiles.Of(Files, new HashSet<string> { "AGENTS.md", "SOUL.md", "USER.md" });

        folded.Select(f => f.Key).ShouldBe(["AGENTS.md", "SOUL.md"]);
        folded[0].Value.ShouldStartWith("Read TOOLS.md.\n\n---\n\n# HEARTBEAT.md\n");
        folded[0].Value.ShouldEndWith("\n\nAUTH_TOKEN=x\nsed AGENTS.md");
        folded[1].ShouldBe(Files[2]);
    }

    [Fact]
    public void A_gateway_that_keeps_all_of_them_gets_them_as_they_are()
    {
        FoldedFiles.Of(Files, Files.Select(f => f.Key).ToHashSet()).ShouldBeSameAs(Files);
        FoldedFiles.Of(Files, new HashSet<string> { "SOUL.md" }).ShouldBeSameAs(Files);
        var silent = new KeyValuePair<string, string>[] { new("AGENTS.md", "a"), new("TOOLS.md", "") };
        FoldedFiles.Of(silent, new HashSet<string> { "AGENTS.md" }).ShouldBeSameAs(silent);
    }
}
