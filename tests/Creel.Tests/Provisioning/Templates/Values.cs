using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Provisioning.Templates;

namespace Creel.Tests.Provisioning.Templates;

internal static class Values
{
    public static Dictionary<string, TemplateValue> Of(JsonObject context) =>
        context.ToDictionary(member => member.Key, member => Of(member.Value));

    public static TemplateValue Of(JsonNode? node) =>
        node switch
        {
            null => TemplateValue.None,
            JsonObject map => TemplateValue.Of(Of(map)),
            JsonArray list => TemplateValue.Of(list.Select(Of)),
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => TemplateValue.Of((string)node!),
                JsonValueKind.Number when node.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 => TemplateValue.Of((long)node),
                JsonValueKind.Number => TemplateValue.Of((double)node),
                var kind => TemplateValue.Of(kind == JsonValueKind.True),
            },
        };
}
