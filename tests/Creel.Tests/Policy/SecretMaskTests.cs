using Creel.Core.Policy;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Policy;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("curl -H 'Authorization: Bearer abcdef123456'", "abcdef123456")]
    [InlineData("ANTHROPIC_API_KEY=sk-ant-api03-AAAABBBBCCCC", "AAAABBBBCCCC")]
    [InlineData("""{"apiKey":"hunter2hunter2","x":1}""", "hunter2")]
    [InlineData("""{\"password\":\"hunter2\"}""", "hunter2")]
    [InlineData("DB_PASSWORD='two words' run", "two words")]
    [InlineData("git clone https://me:s3cret@example.org/r.git", "s3cret")]
    [InlineData("ws://localhost:9090/agent/bart/0123456789abcdef", "0123456789abcdef")]
    [InlineData("ghp_0123456789abcdefghij0123", "0123456789abcdefghij")]
    [InlineData("bot 1234567890:AAabcdefghijklmnopqrstuvwxyz0123456", "AAabcdefghij")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", "MIIB")]
    [InlineData("--token=abc123", "abc123")]
    [InlineData("client_secret: abc123", "abc123")]
    public void A_secret_does_not_come_through(string text, string secret)
    {
        SecretMask.Apply(text).ShouldNotContain(secret);
        SecretMask.Apply(text).ShouldContain(SecretMask.Mask);
    }

    [Theory]
    [InlineData("exit code 1: No such file or directory: /workspace/bart/key.txt")]
    [InlineData("make: *** [all] Error 2")]
    [InlineData("https://example.org:8080/path?x=1")]
    public void Ordinary_text_stays_as_it_is(string text) => SecretMask.Apply(text).ShouldBe(text);

    [Fact]
    public void Masking_twice_is_masking_once() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                text => SecretMask.Apply(SecretMask.Apply(text.Get)) == SecretMask.Apply(text.Get)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_megabyte_of_anything_is_masked_at_once() =>
        SecretMask.Apply(new string('a', 1_000_000) + "token=x").ShouldEndWith(SecretMask.Mask);
}
