using System.Globalization;
using Creel.Core.Habitats.Json5;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>What a group may do outside.</summary>
internal sealed class OutboundReader(Findings findings)
{
    private const int Most = 1_000_000;

    public IReadOnlyList<string> Egress(Fields? holder)
    {
        var egress = new List<string>();
        foreach (var item in holder?.Texts("egress") ?? [])
        {
            if (Address(item) is { } address && !egress.Contains(address))
            {
                egress.Add(address);
            }
        }

        return egress;
    }

    /// <summary><c>upstream/model</c>, or <c>upstream/*</c>.</summary>
    public IReadOnlyList<string> Models(Fields? holder)
    {
        var models = new List<string>();
        foreach (var item in holder?.Texts("models") ?? [])
        {
            var slash = item.Value.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || slash == item.Value.Length - 1 || item.Value.Any(char.IsWhiteSpace))
            {
                findings.Error(
                    item.At,
                    $"{Slug.Quote(item.Value)} is no model, as in 'anthropic/claude-sonnet-4-5', and 'openai/*' for all of one provider"
                );
            }
            else if (!models.Contains(item.Value))
            {
                models.Add(item.Value);
            }
        }

        return models;
    }

    public CallLimits Limits(Json5Object? node)
    {
        if (node is null)
        {
            return new CallLimits();
        }

        KnownKeys.Check(node, "limits", ["requests", "tokens", "concurrent"], [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        return new CallLimits(
            fields.Count("requests", 1, Most),
            fields.Count("tokens", 1, int.MaxValue),
            fields.Count("concurrent", 1, Most)
        );
    }

    private string? Address(Json5String item)
    {
        if (item.Value.Contains(' '))
        {
            return Plain(item);
        }

        var text = item.Value.ToLowerInvariant();
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = 0;
        if (
            colon > 0
            && (
                !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
                || port is < 1 or > 65535
            )
        )
        {
            findings.Error(item.At, $"{Slug.Quote(item.Value)} has no port from 1 to 65535 after its last ':'");
            return null;
        }

        if (!HostText.IsName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host))
        {
            findings.Error(
                item.At,
                $"{Slug.Quote(item.Value)} is not a host and a port, as in 'github.com:443' or '*.example.org:443'"
            );
            return null;
        }

        if (colon < 0)
        {
            findings.Error(item.At, $"a port is missing: write '{host}:443', if that is what is meant");
            return null;
        }

        return $"{host}:{port.ToString(CultureInfo.InvariantCulture)}";
    }

    private string? Plain(Json5String item)
    {
        if (EgressRule.TryParse(item.Value, out var rule))
        {
            return rule.ToString();
        }

        findings.Error(
            item.At,
            $"{Slug.Quote(item.Value)} is no rule for plain HTTP, as in 'GET http://example.org/feed/*'; with TLS only the host and port are seen"
        );
        return null;
    }
}
