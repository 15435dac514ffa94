using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class LineDiffTests
{
    [Fact]
    public void What_goes_and_comes_has_a_little_around_it_and_a_sign_of_what_is_left_out() =>
        LineDiff
            .Of("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11", "1\n2\n3\nfour\n5\n6\n7\n8\n9\n10\neleven\n", [])
            .ShouldBe([" 2", " 3", "-4", "+four", " 5", " 6", "…", " 9", " 10", "-11", "+eleven"]);

    [Fact]
    public void What_is_the_same_to_its_last_line_is_not_shown()
    {
        LineDiff.Of("1\n2\n", "1\n2", []).ShouldBeEmpty();
        LineDiff.Of("1\n2\n3\n4", "one\n2\n3\n4", []).ShouldBe(["-1", "+one", " 2", " 3"]);
    }

    [Fact]
    public void Four_hundred_lines_are_shown_and_of_more_how_many_there_are()
    {
        LineDiff.Of("", Lines(400), []).ShouldBe(Enumerable.Repeat("+x", 400));
        LineDiff.Of("", Lines(402), []).ShouldBe([.. Enumerable.Repeat("+x", 400), "(and 2 lines more)"]);
    }

    [Fact]
    public void Of_too_many_lines_it_is_told_how_many_there_are()
    {
        LineDiff.Of("", Lines(2001), []).ShouldBe(["(0 lines there, 2001 lines here: too many to show)"]);
        LineDiff.Of(Lines(2001), "x", []).ShouldBe(["(2001 lines there, 1 lines here: too many to show)"]);
        LineDiff.Of(Lines(2000), Lines(1999), []).ShouldBe([" x", " x", "-x"]);
    }

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("x\n", count));
}
