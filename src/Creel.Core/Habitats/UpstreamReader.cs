using Creel.Core.Habitats.Json5;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>The providers that a habitat names beside those that are built in, or in their place.</summary>
internal sealed class UpstreamReader(Findings findings)
{
    private static readonly string[] Keys = ["baseUrl", "dialect", "auth", "local", "http2", "onAbort", "calls", "hosts"];
    private static readonly string[] Dialects = ["anthropic", "openai", "none"];
    private static readonly string[] Styles = ["x-api-key", "bearer", "none"];
    private static readonly string[] Aborts = ["stop", "read"];

    public IReadOnlyList<UpstreamModel> Read(Json5Object? section)
    {
        var all = BuiltInUpstreams.All.ToDictionary(upstream => upstream.Name);
        foreach (var member in section?.Members ?? [])
        {
            if (!Slug.IsValid(member.Key))
            {
                findings.Error(member.KeyAt, $"{Slug.Quote(member.Key)} is no name of an upstream: {AgentId.Rule}");
            }
            else if (member.Key == "creel")
            {
                findings.Error(member.KeyAt, "'creel' is the hub's own path: name it otherwise");
            }
            else if (member.Value is not Json5Object node)
            {
                findings.Error(member.Value.At, $"must be an object with 'baseUrl' and 'dialect', got {member.Value.Kind}");
            }
            else if (Read(member.Key, node) is { } upstream)
            {
                all[upstream.Name] = upstream;
            }
        }

        return [.. all.Values.OrderBy(upstream => upstream.Name, StringComparer.Ordinal)];
    }

    private UpstreamModel? Read(string name, Json5Object node)
    {
        KnownKeys.Check(node, "an upstream", Keys, [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var known = BuiltInUpstreams.All.FirstOrDefault(upstream => upstream.Name == name);
        var dialect = known is not null && !fields.Has("dialect") && !fields.Has("baseUrl") ? known.Dialect : Dialect(fields);
        var auth = Auth(fields, dialect);
        var given = fields.Has("baseUrl") ? fields.Text("baseUrl") : known?.BaseUrl;
        if (given is not { } text)
        {
            if (!fields.Has("baseUrl"))
            {
                findings.Error(node.At, "needs 'baseUrl', as in 'https://openrouter.ai/api/v1'");
            }

            return null;
        }

        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Scheme is not ("https" or "http")
            || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0
        )
        {
            findings.Error(
                fields.PlaceOf("baseUrl"),
                $"{Slug.Quote(text)} is no base URL, as in 'https://openrouter.ai/api/v1': without user, query or fragment"
            );
            return null;
        }

        var local = fields.Flag("local") ?? IsLocal(url);
        if (url.Scheme == Uri.UriSchemeHttp && !local)
        {
            findings.Error(
                fields.PlaceOf("baseUrl"),
                "a key would go over the net in the clear: write https, or local: true where it is a machine of your own"
            );
            return null;
        }

        return new UpstreamModel
        {
            Name = name,
            BaseUrl = text.TrimEnd('/'),
            Dialect = dialect,
            Auth = auth,
            Local = local,
            Http2 = fields.Flag("http2") ?? false,
            OnAbort = Word(fields, "onAbort", Aborts) == "read" ? OnAbort.Read : OnAbort.Stop,
            Calls = Calls(fields, dialect, url),
            Hosts = Hosts(name, fields),
        };
    }

    private Dialect Dialect(Fields fields) =>
        Word(fields, "dialect", Dialects) switch
        {
            "anthropic" => Outbound.Dialect.Anthropic,
            "openai" => Outbound.Dialect.OpenAi,
            "none" => Outbound.Dialect.None,
            _ => Missing(fields),
        };

    private Dialect Missing(Fields fields)
    {
        if (!fields.Has("dialect"))
        {
            findings.Error(fields.At, $"needs 'dialect', one of: {string.Join(", ", Dialects)}");
        }

        return Outbound.Dialect.None;
    }

    private AuthStyle Auth(Fields fields, Dialect dialect) =>
        Word(fields, "auth", Styles) switch
        {
            "x-api-key" => AuthStyle.ApiKey,
            "bearer" => AuthStyle.Bearer,
            "none" => AuthStyle.None,
            _ => dialect == Outbound.Dialect.Anthropic ? AuthStyle.ApiKey : AuthStyle.Bearer,
        };

    private string? Word(Fields fields, string key, string[] words)
    {
        var word = fields.Text(key);
        if (word is null || words.Contains(word))
        {
            return word;
        }

        findings.Error(
            fields.PlaceOf(key),
            $"{Slug.Quote(word)} is none of: {string.Join(", ", words)}{Spelling.Hint(word, words)}"
        );
        return null;
    }

    /// <summary>As it was written, or what its dialect has. Most base URLs with a path have the version in it already.</summary>
    private IReadOnlyList<AllowedCall> Calls(Fields fields, Dialect dialect, Uri url)
    {
        if (!fields.Has("calls"))
        {
            return BuiltInUpstreams.CallsOf(dialect, url.AbsolutePath == "/" ? "/v1" : "");
        }

        var calls = new List<AllowedCall>();
        foreach (var item in fields.Texts("calls"))
        {
            var words = item.Value.Split(' ');
            if (words is [{ Length: > 0 } method, ['/', ..] path] && method.All(char.IsAsciiLetterUpper))
            {
                calls.Add(new AllowedCall(method, path));
            }
            else
            {
                findings.Error(item.At, $"{Slug.Quote(item.Value)} is no call, as in 'POST /v1/messages'");
            }
        }

        return calls;
    }

    /// <summary>What takes the place of a provider that is built in answers for its name, too.</summary>
    private IReadOnlyList<string> Hosts(string name, Fields fields)
    {
        var hosts = new List<string>();
        foreach (var item in fields.Texts("hosts"))
        {
            if (HostText.IsName(item.Value))
            {
                hosts.Add(item.Value.ToLowerInvariant());
            }
            else
            {
                findings.Error(item.At, $"{Slug.Quote(item.Value)} is no name of a host");
            }
        }

        return fields.Has("hosts") ? hosts : BuiltInUpstreams.All.FirstOrDefault(known => known.Name == name)?.Hosts ?? [];
    }

    /// <summary>Whoever writes such an address means a machine of their own.</summary>
    private static bool IsLocal(Uri url) =>
        url.IsLoopback
        || url.Host.StartsWith("10.", StringComparison.Ordinal)
        || url.Host.StartsWith("192.168.", StringComparison.Ordinal);
}
