using System.Security.Cryptography;
using System.Text;
using Creel.Core;
using Creel.Proxy.Keys;

namespace Creel.Tests.Proxy;

public sealed class KeyTests : IDisposable
{
    private static readonly GroupId Bart = GroupId.Parse("bart");
    private static readonly GroupId Lisa = GroupId.Parse("lisa");
    private readonly string home = Directory.CreateTempSubdirectory("creel-keys-").FullName;

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public void A_groups_own_key_comes_before_the_habitats()
    {
        using (var keys = Open())
        {
            keys.Set(new KeyName("anthropic", null), "sk-all\r\n"u8);
            keys.Set(new KeyName("anthropic", Bart), "sk-bart"u8);
        }

        using var again = Open();
        again.Find("anthropic", Bart)!.HeaderText.ShouldBe("sk-bart");
        again.Find("anthropic", Lisa)!.HeaderText.ShouldBe("sk-all");
        again.Find("openai", Bart).ShouldBeNull();
        again.Facts.Select(f => (f.Upstream, f.Group?.Value)).ShouldBe([("anthropic", null), ("anthropic", "bart")]);
        again.Forget(new KeyName("anthropic", Bart)).ShouldBeTrue();
        again.Forget(new KeyName("anthropic", Bart)).ShouldBeFalse();
        again.Find("anthropic", Bart)!.HeaderText.ShouldBe("sk-all");
    }

    [Fact]
    public void The_disk_holds_no_key_that_one_could_read()
    {
        using var keys = Open();
        keys.Set(new KeyName("anthropic", null), Encoding.ASCII.GetBytes(ProxyServer.Key));
        foreach (var file in Directory.EnumerateFiles(home))
        {
            File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(ProxyServer.Key)).ShouldBe(-1);
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Directory.EnumerateFiles(home).Select(Path.GetFileName).Order().ShouldBe(["key", "keys.box"]);
    }

    [Fact]
    public void Another_key_to_the_keys_opens_nothing()
    {
        Set("sk-a");
        File.WriteAllBytes(Path.Combine(home, "key"), RandomNumberGenerator.GetBytes(32));
        Should.Throw<CreelException>(Open).Fault.Code.ShouldBe("keys-unreadable");
    }

    [Fact]
    public void A_changed_byte_anywhere_is_noticed()
    {
        Set("sk-a");
        var path = Path.Combine(home, "keys.box");
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= 1;
            File.WriteAllBytes(path, changed);
            Should.Throw<CreelException>(Open).Fault.Code.ShouldBe("keys-unreadable");
        }

        File.WriteAllBytes(path, whole[..20]);
        Should.Throw<CreelException>(Open).Fault.Code.ShouldBe("keys-unreadable");
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        Set("sk-a");
        File.SetUnixFileMode(Path.Combine(home, "key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Should.Throw<CreelException>(Open).Fault.Code.ShouldBe("master-key");
    }

    [Fact]
    public void A_credential_of_systemd_comes_before_a_file()
    {
        var credentials = Directory.CreateDirectory(Path.Combine(home, "credentials")).FullName;
        File.WriteAllText(Path.Combine(credentials, MasterKey.CredentialName), "a passphrase of an administrator");
        using (var keys = new KeyStore(home, credentials, TimeProvider.System))
        {
            keys.Set(new KeyName("openai", null), "sk-o"u8);
        }

        File.Exists(Path.Combine(home, "key")).ShouldBeFalse();
        using var again = new KeyStore(home, credentials, TimeProvider.System);
        again.Find("openai", Bart)!.HeaderText.ShouldBe("sk-o");
        Should.Throw<CreelException>(Open).Fault.Code.ShouldBe("keys-unreadable");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("two\nlines")]
    [InlineData("a b")]
    [InlineData("sk-\u00e9")]
    [InlineData("sk-\0")]
    public void What_can_be_no_key_is_refused_without_being_quoted(string value)
    {
        using var keys = Open();
        var fault = Should
            .Throw<CreelException>(() => keys.Set(new KeyName("anthropic", null), Encoding.UTF8.GetBytes(value)))
            .Fault;
        fault.Code.ShouldBe("key");
        keys.Set(new KeyName("anthropic", null), Encoding.ASCII.GetBytes(new string('k', 4096)));
        Should.Throw<CreelException>(() =>
            keys.Set(new KeyName("anthropic", null), Encoding.ASCII.GetBytes(new string('k', 4097)))
        );
        Should.Throw<CreelException>(() => keys.Set(new KeyName("../x", null), "k"u8)).Fault.Code.ShouldBe("upstream-name");
    }

    [Fact]
    public void A_key_that_is_replaced_is_overwritten()
    {
        using var keys = Open();
        keys.Set(new KeyName("anthropic", null), "sk-first"u8);
        var first = keys.Find("anthropic", Bart)!;
        keys.Set(new KeyName("anthropic", null), "sk-second"u8);
        first.Bytes.ToArray().ShouldAllBe(b => b == 0);
        first.ToString().ShouldNotContain("sk-");
        $"{new KeyName("anthropic", Bart)}".ShouldNotContain("sk-");
    }

    private KeyStore Open() => new(home, null, TimeProvider.System);

    private void Set(string key)
    {
        using var keys = Open();
        keys.Set(new KeyName("anthropic", null), Encoding.ASCII.GetBytes(key));
    }
}
