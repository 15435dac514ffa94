using System.Text.RegularExpressions;

namespace Creel.Tests.Architecture;

public partial class HabitTests
{
    private const int Ceiling = 400;

    [GeneratedRegex(
        @"\b(?:class|record|interface|struct|enum)\s+(?:struct\s+|class\s+)?(\w*(?:Common|Shared|Utils?|Helpers?|Manager|Service|Impl|Base))\b(?!Path)"
    )]
    private static partial Regex VagueType();

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        SourceTree
            .Product.SelectMany(f => VagueType().Matches(f.Text).Select(m => $"{f.Path}: {m.Groups[1].Value}"))
            .ShouldBeEmpty();

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() =>
        SourceTree
            .Product.SelectMany(f => f.Path.Split('/').SkipLast(1))
            .Distinct()
            .ShouldNotContain(folder => new[] { "Common", "Shared", "Utils", "Helpers", "Misc", "Services" }.Contains(folder));

    [Fact]
    public void No_file_is_longer_than_the_ceiling() =>
        SourceTree.Product.Where(f => f.Lines > Ceiling).Select(f => $"{f.Path}: {f.Lines} lines").ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() =>
        SourceTree
            .Product.Where(f =>
                f.Text.Contains("NotImplementedException", StringComparison.Ordinal)
                || f.Text.Contains("TO" + "DO", StringComparison.Ordinal)
            )
            .Select(f => f.Path)
            .ShouldBeEmpty();

    /// <summary>Who makes connections of HTTP that TLS is never spoken on.</summary>
    private static readonly (string File, string Reason)[] WithoutTls =
    [
        ("src/Creel.Adapters/Docker/Engine.cs", "a socket of this machine"),
        ("src/Creel.Server/Outbound/ProxyLink.cs", "a socket of this machine"),
        ("src/Creel.Runtime/Brains/Native/Models/AnswerNotes.cs", "the relay of the own cell"),
        ("src/Creel.Runtime/Brains/Native/Steering.cs", "the relay of the own cell"),
        ("src/Creel.Runtime/Brains/Native/Tools/SessionTools.cs", "the relay of the own cell"),
        ("src/Creel.Proxy/Intercept/Interception.cs", "it answers TLS, and asks for no certificate"),
    ];

    /// <summary>As .NET has it, a certificate that nobody trusts yet leads the program to any address.</summary>
    [Fact]
    public void Whoever_speaks_TLS_to_another_says_how_certificates_are_judged()
    {
        SourceTree
            .Product.Where(f =>
                Regex.IsMatch(
                    f.Text,
                    @"SocketsHttpHandler\b[^;]{0,80}\bnew\b|new SocketsHttpHandler|HttpClientHandler|new HttpClient\(\s*\)"
                        + @"|new SslStream\(|new X509Chain\("
                )
                && !f.Text.Contains("PeerChain.", StringComparison.Ordinal)
                && !f.Text.Contains("CertificateChainPolicy", StringComparison.Ordinal)
            )
            .Select(f => f.Path)
            .Order()
            .ShouldBe(WithoutTls.Select(w => w.File).Order());
        WithoutTls.ShouldAllBe(w => w.Reason.Length > 0);
    }

    /// <summary>Without one it makes its own, which judges certificates as .NET has it.</summary>
    [Fact]
    public void A_web_socket_is_opened_over_a_handler_of_ours() =>
        SourceTree
            .Product.Where(f =>
                Regex.IsMatch(f.Text, @"ClientWebSocket\b.{0,80}\bnew\b|new ClientWebSocket")
                && !f.Text.Contains("new HttpMessageInvoker(", StringComparison.Ordinal)
            )
            .Select(f => f.Path)
            .ShouldBeEmpty();

    [Fact]
    public void No_test_sleeps_to_wait() =>
        Tests()
            .Where(f =>
                !f.Path.EndsWith("HabitTests.cs", StringComparison.Ordinal)
                && (
                    f.Text.Contains("Thread.Sleep", StringComparison.Ordinal)
                    || Regex.IsMatch(f.Text, @"await Task\.Delay\((?!Timeout\.Infinite)")
                )
            )
            .Select(f => f.Path)
            .ShouldBeEmpty();

    /// <summary>The runner calls <see cref="IAsyncLifetime"/> and <see cref="IDisposable"/>, and passes <see cref="IAsyncDisposable"/> by.</summary>
    [Fact]
    public void No_test_leaves_its_clearing_up_to_what_the_runner_does_not_call() =>
        Tests().Where(f => Regex.IsMatch(f.Text, @"class \w+Tests\b[^{]*\bIAsyncDisposable")).Select(f => f.Path).ShouldBeEmpty();

    private static IEnumerable<SourceFile> Tests() =>
        from path in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        where !path.Contains("/obj/", StringComparison.Ordinal)
        select new SourceFile(Path.GetRelativePath(SourceTree.Root, path), File.ReadAllText(path));
}
