using Creel.Roots;

namespace Creel.Tests.Roots;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData("Max open files            20000                20000                files     ", 5000)]
    [InlineData("Max open files            1024                 524288               files     ", 256)]
    [InlineData("Max open files            524288               524288               files     ", 10_000)]
    [InlineData("Max open files            unlimited            unlimited            files     ", 10_000)]
    [InlineData("Max processes             7                    7                    processes ", 10_000)]
    public void Connections_leave_half_of_the_files_to_everything_else(string line, int each) =>
        OpenFiles.ConnectionsEachPort(["Limit  Soft Limit  Hard Limit  Units", line]).ShouldBe(each);

    [Fact]
    public void This_process_has_a_limit() => OpenFiles.ConnectionsEachPort().ShouldBeInRange(1, 10_000);
}
