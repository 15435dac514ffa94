using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>The older parser's checks, in its order and with its words.</summary>
internal sealed class LegacySchema(LegacyFlavor flavor)
{
    private static readonly string[] Strings =
    [
        "domain",
        "bgColor",
        "globalIdentity",
        "globalBoot",
        "globalBootstrap",
        "globalSoul",
        "globalAgents",
        "globalUser",
        "globalTools",
    ];

    private readonly List<string> errors = [];

    public IReadOnlyList<string> Check(Json5Node root)
    {
        if (root is not Json5Object habitat)
        {
            return [$"Habitat must be a JSON object, got {PythonText.TypeName(root)}"];
        }

        RequiredText(habitat, "name", "name");
        CheckPlatform(habitat);
        CheckAgents(habitat);
        CheckMinutes(habitat);
        Typed<Json5Bool>(habitat, "remoteApi", "bool");
        Typed<Json5String>(habitat, "apiBindAddress", "string");
        Typed<Json5Object>(habitat, "council", "object");
        TextList(habitat, "sharedPaths", "sharedPaths");
        Typed<Json5String>(habitat, "isolation", "string");
        foreach (var key in Strings)
        {
            Typed<Json5String>(habitat, key, "string");
        }

        if (flavor == LegacyFlavor.V5)
        {
            Typed<Json5String>(habitat, "hatcheryVersion", "string");
        }

        return errors;
    }

    private void CheckPlatform(Json5Object habitat)
    {
        var platform = habitat.Find("platform")?.Value;
        if (
            Typed<Json5String>(habitat, "platform", "string")
            && platform is not Json5String { Value: "telegram" or "discord" or "both" } and not null
        )
        {
            errors.Add($"'platform' must be 'telegram', 'discord', or 'both', got '{PythonText.Str(platform)}'");
        }

        if (Typed<Json5Object>(habitat, "platforms", "object") && habitat.Value("platforms") is Json5Object platforms)
        {
            errors.AddRange(
                platforms
                    .Members.Where(m => m.Value is not Json5Object)
                    .Select(m => $"'platforms.{m.Key}' must be object, got {PythonText.TypeName(m.Value)}")
            );
        }
    }

    private void CheckAgents(Json5Object habitat)
    {
        switch (habitat.Find("agents")?.Value)
        {
            case null:
                break;
            case Json5Null:
                errors.Add("'agents' cannot be null (use [] for empty)");
                break;
            case Json5Array agents:
                for (var i = 0; i < agents.Items.Count; i++)
                {
                    CheckAgent(agents.Items[i], $"agents[{i}]");
                }

                break;
            case { } other:
                errors.Add($"'agents' must be array, got {PythonText.TypeName(other)}");
                break;
        }
    }

    private void CheckAgent(Json5Node item, string at)
    {
        if (item is not Json5Object agent)
        {
            var wrong = item switch
            {
                Json5String name => string.IsNullOrWhiteSpace(name.Value) ? $"'{at}' string shorthand cannot be empty" : null,
                Json5Null => $"'{at}' cannot be null",
                _ => $"'{at}' must be string or object, got {PythonText.TypeName(item)}",
            };
            errors.AddRange(wrong is null ? [] : [wrong]);
            return;
        }

        RequiredText(agent, "agent", $"{at}.agent");
        Typed<Json5String>(agent, "model", "string", $"{at}.model");
        if (Plain<Json5Object>(agent, "tokens", "object", at) is { } tokens)
        {
            errors.AddRange(
                tokens
                    .Members.Where(m => m.Value is not (Json5String or Json5Null))
                    .Select(m => $"'{at}.tokens.{m.Key}' must be string, got {PythonText.TypeName(m.Value)}")
            );
        }

        Typed<Json5String>(agent, "isolation", "string", $"{at}.isolation");
        Typed<Json5String>(agent, "network", "string", $"{at}.network");
        TextList(agent, "capabilities", $"{at}.capabilities");
        if (Plain<Json5Object>(agent, "resources", "object", at) is { } resources)
        {
            errors.AddRange(
                from key in (string[])["memory", "cpu"]
                let value = resources.Value(key)
                where value is not (null or Json5String or Json5Number)
                select $"'{at}.resources.{key}' must be string or number, got {PythonText.TypeName(value)}"
            );
        }
    }

    private void CheckMinutes(Json5Object habitat)
    {
        switch (habitat.Value("destructMinutes"))
        {
            case null or Json5Number:
                break;
            case Json5Bool:
                errors.Add("'destructMinutes' must be number, got bool (use integer like 30)");
                break;
            case { } other:
                errors.Add($"'destructMinutes' must be number, got {PythonText.TypeName(other)}");
                break;
        }
    }

    private void RequiredText(Json5Object node, string key, string at)
    {
        switch (node.Find(key)?.Value)
        {
            case null:
                errors.Add($"'{at}' is required");
                break;
            case Json5String text:
                errors.AddRange(string.IsNullOrWhiteSpace(text.Value) ? [$"'{at}' cannot be empty"] : []);
                break;
            case { } other:
                errors.Add($"'{at}' must be string, got {PythonText.TypeName(other)}");
                break;
        }
    }

    private void TextList(Json5Object node, string key, string at)
    {
        switch (node.Find(key)?.Value)
        {
            case null:
                break;
            case Json5Array list:
                errors.AddRange(
                    list.Items.Select((item, i) => (item, i))
                        .Where(x => x.item is not Json5String)
                        .Select(x => $"'{at}[{x.i}]' must be string, got {PythonText.TypeName(x.item)}")
                );
                break;
            case { } other:
                errors.Add($"'{at}' must be array, got {PythonText.TypeName(other)}");
                break;
        }
    }

    /// <summary>A null passes; a wrong type is named in words of its own ("array" for a list).</summary>
    private bool Typed<T>(Json5Object node, string key, string wanted, string? at = null)
        where T : Json5Node
    {
        if (node.Value(key) is null or T)
        {
            return node.Find(key) is not null;
        }

        var got = node.Value(key) switch
        {
            Json5Object => "object",
            Json5Array => "array",
            Json5String => "string",
            Json5Number number => PythonText.IsInteger(number) ? "int" : "number",
            _ => "bool",
        };
        errors.Add($"'{at ?? key}' must be {wanted}, got {got}");
        return false;
    }

    /// <summary>A null fails, and a wrong type is named as Python names it.</summary>
    private T? Plain<T>(Json5Object node, string key, string wanted, string at)
        where T : Json5Node
    {
        var value = node.Find(key)?.Value;
        if (value is not null and not T)
        {
            errors.Add($"'{at}.{key}' must be {wanted}, got {PythonText.TypeName(value)}");
        }

        return value as T;
    }
}
