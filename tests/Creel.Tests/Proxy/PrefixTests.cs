using System.Text;
using Creel.Core.Outbound;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy;

/// <summary>Whatever a request's line and Host say, each provider sees its own prefix, its own host name and its own key.</summary>
public class PrefixTests
{
    private static readonly string[] Pieces =
    [
        "/",
        "//",
        "/.",
        "/..",
        "/../",
        "/%2e%2e/",
        "/.%2E/",
        "%2f",
        "%2F..%2f",
        "\\",
        "/..\\",
        "%5c",
        "%252e",
        "%00",
        "%0d%0a",
        "@",
        ":",
        ";",
        "?",
        "#",
        "?a=/../",
        "&",
        "%",
        "%zz",
        " ",
        "\t",
        "x",
        "v1",
        "models",
        "anthropic",
        "openai",
        "ANTHROPIC",
        "http://",
        "https://",
        "api.openai.com",
        "api.anthropic.com",
        "localhost",
        "127.0.0.1:18080",
        "\u00e9",
    ];

    private static readonly string[] Plain = ["v1", "x", "/models", "?q=1", "/..%"];

    private static readonly string[] Starts =
    [
        "/anthropic/",
        "/openai/",
        "/",
        "//",
        "",
        "http://api.openai.com/",
        "http://api.anthropic.com/",
        "http://localhost/openai/",
        "http://127.0.0.1:18080/anthropic/",
        "http://api.openai.com@localhost/anthropic/",
        "http://localhost@api.openai.com/",
        "HTTP://API.OPENAI.COM/",
        "https://api.openai.com/",
        "api.openai.com/",
        "*",
    ];

    private static readonly string[] Hosts =
    [
        "localhost:18080",
        "127.0.0.1",
        "api-proxy",
        "api.openai.com",
        "api.anthropic.com",
        "api.anthropic.com:443",
        "API.openai.COM",
        "api.openai.com, localhost",
        "localhost\r\nHost: api.openai.com",
        "x@api.openai.com",
        "api.openai.com.",
        "[::1]",
        "",
        "localhost\r\nX-Forwarded-Host: api.openai.com",
    ];

    [Fact]
    public async Task No_request_crosses_from_one_prefix_to_another()
    {
        await using var proxy = await ProxyServer.StartAsync(
            ProxyServer.Orders with
            {
                Upstreams =
                [
                    BuiltInUpstreams.Anthropic with
                    {
                        Calls = [new("GET", "/**")],
                        Dialect = Dialect.None,
                    },
                    BuiltInUpstreams.OpenAi with
                    {
                        Calls = [new("GET", "/**")],
                        Dialect = Dialect.None,
                    },
                ],
            }
        );
        await using var provider = await StubUpstream.StartAsync(proxy.Roots, "api.anthropic.com", "api.openai.com");
        proxy.Ports[443] = provider.Port;
        foreach (var name in (string[])["anthropic", "openai"])
        {
            proxy.Names[$"api.{name}.com"] = [ProxyServer.Somewhere];
            await proxy.SetKeyAsync(name, $"key-of-{name}");
        }

        var passed = 0;
        var requests = Gen.Elements(Starts)
            .SelectMany(start =>
                Gen.Choose(0, 3)
                    .SelectMany(count => Gen.Frequency((2, Gen.Elements(Pieces)), (3, Gen.Elements(Plain))).ListOf(count))
                    .Select(pieces => start + string.Concat(pieces))
            )
            .SelectMany(target => Gen.Elements(Hosts).Select(host => (Target: target, Host: host)));
        foreach (var (target, host) in requests.Sample(2000))
        {
            var answer = await proxy.RawAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            while (provider.Seen.TryDequeue(out var seen))
            {
                passed++;
                var name = seen.Headers["host"] switch
                {
                    "api.anthropic.com" => "anthropic",
                    "api.openai.com" => "openai",
                    var other => throw new InvalidOperationException($"{other} was asked by {target} of {host}"),
                };
                var keys = seen.Headers.Where(h => h.Key is "x-api-key" or "authorization").Select(h => h.Value);
                keys.ShouldBe([name == "openai" ? "Bearer key-of-openai" : "key-of-anthropic"], $"{target} of {host}");
                Meant(target, host).ShouldBe($"{name} {seen.Target}", $"{target} of {host}: {answer}");
            }
        }

        passed.ShouldBeGreaterThan(50);
    }

    /// <summary>Whom a plain reader of the request would take it to be for; nothing that needs thought is ever passed on.</summary>
    private static string? Meant(string target, string host)
    {
        const string Scheme = "http://";
        var asked = host.ToLowerInvariant();
        var rest = target.TrimEnd(' ');
        if (target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var end = target.IndexOf('/', Scheme.Length);
            asked = target[Scheme.Length..end].ToLowerInvariant();
            rest = rest[end..];
        }

        return asked switch
        {
            "api.openai.com" => $"openai {rest}",
            "api.anthropic.com" or "api.anthropic.com:443" => $"anthropic {rest}",
            _ when rest.StartsWith("/openai/", StringComparison.Ordinal) => $"openai {rest["/openai".Length..]}",
            _ when rest.StartsWith("/anthropic/", StringComparison.Ordinal) => $"anthropic {rest["/anthropic".Length..]}",
            _ => null,
        };
    }
}
