using System.Text;
using Creel.Runtime;
using Creel.Runtime.Processes;
using Creel.Runtime.Setups;

namespace Creel.Tests.Runtime.Setups;

public sealed class PlainLinesTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("\u001b[1;31mred\u001b[0m end", "red end")]
    [InlineData("\u001b]0;title\u0007after\n\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "after|link")]
    [InlineData("10%\r20%\r30%\n", "10%|20%|30%")]
    [InlineData("b\u0007e\u0008l\0l\n\n \n", "bell")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n", "2|3|4|5|6|7")]
    public void Only_plain_text_is_kept_and_the_last_of_it(string said, string kept)
    {
        var lines = new PlainLines(_ => { });
        // However it is cut.
        foreach (var one in Encoding.UTF8.GetBytes(said))
        {
            lines.Append(new[] { one });
        }

        lines.End();
        string.Join('|', lines.Last).ShouldBe(kept);
    }

    [Theory]
    [InlineData(198)]
    [InlineData(199)]
    [InlineData(200)]
    public void A_long_line_is_cut_and_no_character_in_half(int before)
    {
        var lines = new PlainLines(_ => { });
        lines.Append(Encoding.UTF8.GetBytes(new string('a', before) + "🐟🐟🐟"));
        lines.End();
        var line = lines.Last.Single();
        line.ShouldEndWith("…");
        line.Length.ShouldBeInRange(200, 201);
        line.EnumerateRunes().ShouldNotContain(r => r == Rune.ReplacementChar);
    }

    [Fact]
    public async Task A_command_that_does_not_end_in_time_is_ended_and_has_failed()
    {
        using var folder = new TestFolder();
        var log = new RuntimeLog(folder["log"], TimeProvider.System);
        var order = new SpawnOrder(
            ["/bin/sh", "-c", "echo begun; sleep 600 & wait"],
            new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            folder.Path,
            MergeErrors: true
        );
        var wrong = await SetupRun.RunAsync(order, TimeSpan.FromMilliseconds(300), log, TimeProvider.System, default);
        wrong.ShouldNotBeNull().ShouldStartWith("it did not end within");
    }
}
