using Creel.Core.Policy;

namespace Creel.Tests.Policy;

public class RestartPauseTests
{
    [Theory]
    [InlineData(1, true, 0.1)]
    [InlineData(3, true, 0.4)]
    [InlineData(5, true, 1)]
    [InlineData(10, true, 1)]
    [InlineData(11, true, 2)]
    [InlineData(15, true, 32)]
    [InlineData(16, true, 60)]
    [InlineData(int.MaxValue, true, 60)]
    [InlineData(1, false, 0.1)]
    [InlineData(5, false, 1.6)]
    [InlineData(10, false, 51.2)]
    [InlineData(11, false, 60)]
    [InlineData(int.MaxValue, false, 60)]
    [InlineData(0, false, 0.1)]
    public void It_grows_to_a_second_and_then_to_a_minute(int quick, bool connected, double seconds) =>
        RestartPause.Of(quick, connected).TotalSeconds.ShouldBe(seconds, 0.0001);
}
