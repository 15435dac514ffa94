using Creel.Adapters.Files;
using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Tests.Files;

public sealed class AccountTokenFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-tokens-").FullName;
    private readonly AccountTokenFiles tokens;

    public AccountTokenFilesTests() => tokens = new AccountTokenFiles(Path.Combine(folder, "channels"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_token_is_its_owners_alone_and_is_found_again()
    {
        var account = ChannelAccount.Of("Telegram", "My Bot!");
        tokens.List().ShouldBeEmpty();
        tokens.Find(account).ShouldBeNull();

        tokens.Set(account, " secret \n");

        tokens.Find(account).ShouldBe("secret");
        tokens.List().ShouldBe([new ChannelAccount("telegram", "my-bot")]);
        var file = Path.Combine(folder, "channels", "telegram", "my-bot.token");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (File.GetUnixFileMode(Path.Combine(folder, "channels")) & (UnixFileMode)0x3F).ShouldBe(UnixFileMode.None);
        tokens.Remove(account).ShouldBeTrue();
        tokens.Remove(account).ShouldBeFalse();
        tokens.List().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void A_name_that_leads_elsewhere_is_no_channel(string channel) =>
        Should.Throw<CreelException>(() => tokens.Set(new ChannelAccount(channel, "default"), "x"));

    [Fact]
    public void A_file_that_others_may_read_or_that_is_a_link_is_refused()
    {
        var file = Path.Combine(folder, "token");
        File.WriteAllText(file, "secret");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Should.Throw<CreelException>(() => tokens.FromFile(file)).Fault.Code.ShouldBe("token-exposed");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        tokens.FromFile(file).ShouldBe("secret");
        File.CreateSymbolicLink(file + "2", file);
        Should.Throw<CreelException>(() => tokens.FromFile(file + "2")).Fault.Kind.ShouldBe(FaultKind.NotFound);
        Should.Throw<CreelException>(() => tokens.FromFile(file + "3")).Fault.Message.ShouldNotContain("secret");
    }
}
