using Creel.Core;
using Creel.Server.Hub.Links;
using Creel.Tests.Runtime;

namespace Creel.Tests.Hub;

public class SocketFolderTests
{
    [Fact]
    public void A_folder_that_can_not_be_made_is_told_with_its_place()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["proxy"]);
        File.WriteAllText(folder["proxy/c1"], "in the way");

        var fault = Should.Throw<CreelException>(() => SocketFolder.Provide(folder["proxy/c1"], null)).Fault;

        fault.Code.ShouldBe("socket-folder");
        fault.Message.ShouldContain(folder["proxy/c1"]);
    }
}
