using Creel.Terminal;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Cli;

public class LiveTextTests
{
    [Fact]
    public void Whatever_is_drawn_after_whatever_the_last_drawing_is_what_one_sees() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<PositiveInt[]>(),
                heights =>
                {
                    var (output, screen) = (new StringWriter { NewLine = "\n" }, new TestScreen());
                    var live = new LiveText(output, () => new WindowSize(20, 10));
                    output.Write("above\n");
                    var last = "";
                    foreach (var height in heights)
                    {
                        last = string.Join('\n', Enumerable.Range(0, height.Get % 9).Select(i => $"{i} of {height.Get}"));
                        live.Draw(last);
                    }

                    output.Write("below\n");
                    screen.Print(output.ToString().Replace("\n", "\r\n"));
                    var shown = screen.Lines.Reverse().SkipWhile(line => line.Length == 0).Reverse();
                    return string.Join('\n', shown) == (last.Length == 0 ? "above\nbelow" : $"above\n{last}\nbelow");
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_wider_or_higher_than_the_terminal_is_cut_and_said_to_be()
    {
        var output = new StringWriter();
        new LiveText(output, () => new WindowSize(10, 4)).Draw("0123456789\n0123456789a\n日本日本日本\nd\ne\n");

        output.ToString().ShouldBe("0123456789\e[K\n012345678…\e[K\n… 3 more\e[K\n");
    }
}
