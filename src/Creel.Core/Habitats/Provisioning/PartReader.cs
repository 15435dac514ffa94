using System.Text.Json;
using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>What an agent's files are rendered with: the same keys on one here, under <c>provision</c>, and on one elsewhere.</summary>
internal sealed class PartReader(
    IReadOnlyCollection<string> boards,
    IReadOnlyCollection<string> users,
    Func<string, bool> isTemplate,
    Findings findings
)
{
    public ProvisionedModel Read(Fields fields) =>
        new()
        {
            Board = Known(fields, "board", boards, findings),
            User = Known(fields, "user", users, findings),
            Profile = Element(fields.Object("profile")),
            IdentityTemplate = Source(fields, "identityTemplate"),
            SoulTemplate = Source(fields, "soulTemplate"),
        };

    public static string? Known(Fields fields, string key, IReadOnlyCollection<string> there, Findings findings)
    {
        var name = fields.Text(key);
        if (name is null || there.Contains(name))
        {
            return name;
        }

        findings.Error(fields.PlaceOf(key), $"there is no {key} {Slug.Quote(name)}{Spelling.Hint(name, there)}");
        return null;
    }

    /// <summary>A text of several lines, if need be.</summary>
    public static string? Prose(Fields fields, string key, Findings findings)
    {
        if (fields.Any(key) is { } value and not Json5String)
        {
            findings.Error(value.At, $"must be a string, got {value.Kind}");
        }

        return (fields.Any(key) as Json5String)?.Value;
    }

    public static JsonElement? Element(Json5Object? node) =>
        node is null ? null : JsonDocument.Parse(Json5Text.Write(node)).RootElement;

    /// <summary>A template is wrong where it is written, not when an agent is made of it.</summary>
    private string? Source(Fields fields, string key)
    {
        var source = Prose(fields, key, findings);
        if (
            source is not null
            && (
                TemplateCheck.Problem(key, source, isTemplate)
                ?? TemplateCheck.Unknown(key, source, Contexts.Names).FirstOrDefault()
            )
                is { } problem
        )
        {
            findings.Error(fields.PlaceOf(key), problem.ToFault().ToString());
        }

        return source;
    }
}
