using Creel.Runtime.Attempts;

namespace Creel.Tests.Attempts;

/// <summary>What the answer of a call proves, by values.</summary>
public class TriesTests
{
    private const int EPERM = 1;
    private const int ENOENT = 2;
    private const int EACCES = 13;
    private const int EINVAL = 22;
    private const int ENOSYS = 38;
    private const int EAFNOSUPPORT = 97;
    private const int ESRCH = 3;

    [Theory]
    [InlineData(0, false)]
    [InlineData(7, false)]
    [InlineData(-ENOENT, false)]
    [InlineData(-EPERM, true)]
    [InlineData(-EACCES, true)]
    [InlineData(-ESRCH, true)]
    [InlineData(-EINVAL, null)]
    [InlineData(-5, null)]
    public void Only_a_refusal_is_a_wall(int answer, bool? held)
    {
        foreach (var filter in new[] { true, false })
        {
            Tries.Judge("it", answer, [ENOENT], [ESRCH], () => filter).Held.ShouldBe(held);
        }
    }

    [Theory]
    [InlineData(ENOSYS)]
    [InlineData(EAFNOSUPPORT)]
    public void A_call_that_does_not_exist_is_a_wall_where_a_filter_says_so(int errno)
    {
        Tries.Judge("it", -errno, [], [], () => true).Held.ShouldBe(true);
        Tries.Judge("it", -errno, [], [], () => false).Held.ShouldBeNull();
        Tries.Judge("it", -errno, [], [], () => false).Evidence.ShouldStartWith("this kernel has no it");
    }

    [Theory]
    [InlineData(199, null)]
    [InlineData(200, true)]
    public void A_race_that_was_hardly_run_proves_nothing(int chances, bool? held) => Names.Raced(chances).Held.ShouldBe(held);

    [Theory]
    [InlineData(0.8, 0.5, 0.0, false)]
    [InlineData(0.8, 0.5, 1.0, false)]
    [InlineData(0.5, 0.5, 1.0, true)]
    [InlineData(0.3, 0.5, 1.2, true)]
    [InlineData(0.5, 0.5, 0.1, null)]
    [InlineData(0.3, 0.5, 0.0, null)]
    public void Who_gets_little_is_held_only_where_there_was_more(double share, double limit, double idle, bool? held) =>
        Resources.Burnt(share, limit, idle).Held.ShouldBe(held);
}
