using Creel.Core;
using Creel.Core.Budgets;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Budgets;

public class WindowTests
{
    [Theory]
    [InlineData("hour", "2026-11-21T19:57:41Z", "2026-11-21T19:00:00Z", "2026-11-21T20:00:00Z")]
    [InlineData("day", "2026-11-21T19:57:41Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("day", "2026-11-22T01:30:00+03:00", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("week", "2026-11-21T19:57:41Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("week", "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("week", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")]
    [InlineData("month", "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData("month", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("1h", "2026-11-21T19:57:41Z", "2026-11-21T19:57:00Z", "2026-11-21T20:58:00Z")]
    public void A_moment_belongs_to_a_stretch(string window, string moment, string from, string until) =>
        Window
            .Parse(window)
            .At(DateTimeOffset.Parse(moment))
            .ShouldBe(new Period(DateTimeOffset.Parse(from), DateTimeOffset.Parse(until)));

    [Fact]
    public void All_time_never_ends() => Window.Parse("total").At(DateTimeOffset.Now).Until.ShouldBeNull();

    [Theory]
    [InlineData("year")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("367d")]
    [InlineData("1.5h")]
    [InlineData("h")]
    [InlineData("99999999d")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_window_is_refused(string? text) => Should.Throw<CreelException>(() => Window.Parse(text));

    [Theory]
    [InlineData("hour")]
    [InlineData("total")]
    [InlineData("90m")]
    [InlineData("24h", "1d")]
    [InlineData("7d")]
    [InlineData("36h")]
    public void A_window_is_printed_as_it_is_read(string text, string? shown = null)
    {
        Window.Parse(text).ToString().ShouldBe(shown ?? text);
        Window.Parse(Window.Parse(text).ToString()).ShouldBe(Window.Parse(text));
    }

    [Fact]
    public void What_is_spent_in_a_rolling_window_counts_for_all_of_its_length_and_one_slice_more_at_most() =>
        Prop.ForAll<NonNegativeInt, PositiveInt>(
                (seconds, minutes) =>
                {
                    var length = TimeSpan.FromMinutes(Math.Min(minutes.Get, 366 * 24 * 60));
                    var moment = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds.Get);
                    var period = Window.Rolling(length).At(moment);
                    return period.From <= moment
                        && period.Until > moment + length
                        && period.Until <= moment + length + (length / Window.Slices);
                }
            )
            .QuickCheckThrowOnFailure();
}
