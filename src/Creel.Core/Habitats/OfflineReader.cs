using Creel.Core.Habitats.Json5;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>
/// <c>offline</c>: <c>true</c>, an object with <c>answers</c>, or the name of a file that is such an object.
/// </summary>
/// <param name="load">The text of a file in the habitat's folder; null: there is none.</param>
internal sealed class OfflineReader(
    Func<string, string?>? load,
    IReadOnlyList<AgentModel> agents,
    IReadOnlyList<AgentGroup> groups,
    Findings findings
)
{
    private const int LongestFile = 256 * 1024;
    private const int MostRules = 1_000;
    private const int Often = 1_000_000;
    private static readonly string[] RuleKeys = ["when", "text", "tool", "error", "retryAfter", "delay", "cut", "times"];
    private static readonly string[] MatchKeys = ["agent", "group", "model", "contains", "turn", "after"];
    private static readonly string[] Speakers = ["user", "tool"];

    /// <summary>The one that was named, below the habitat's folder.</summary>
    public string? File { get; private set; }

    /// <returns>Null: calls go to the providers.</returns>
    public OfflineScript? Read(Fields top)
    {
        switch (top.Any("offline"))
        {
            case null or Json5Bool { Value: false }:
                return null;
            case Json5Bool:
                return OfflineScript.Plain;
            case Json5Object script:
                return Script(script);
            case Json5String name:
                return Named(name) is { } read ? Script(read) : OfflineScript.Plain;
            case var other:
                findings.Error(other.At, $"must be true, false, a file's name or an object with 'answers', got {other.Kind}");
                return null;
        }
    }

    private Json5Object? Named(Json5String name)
    {
        var parts = name.Value.Split('/');
        if (name.Value.Length == 0 || name.Value.Contains('\0') || parts.Any(part => part is "" or "." or ".."))
        {
            findings.Error(name.At, $"{Slug.Quote(name.Value)} is no file below the habitat's folder, as in 'answers.json5'");
            return null;
        }

        File = name.Value;
        var text = load?.Invoke(name.Value);
        if (text is null || text.Length > LongestFile)
        {
            findings.Error(
                name.At,
                text is null
                    ? $"there is no file {Slug.Quote(name.Value)} in the habitat's folder"
                    : $"{Slug.Quote(name.Value)} is larger than 256 KiB"
            );
            return null;
        }

        var reading = Json5Reader.Read(name.Value, text);
        findings.Add(reading.Problems);
        if (reading.Root is { } root and not Json5Object)
        {
            findings.Error(root.At, $"must be an object with 'answers', got {root.Kind}");
        }

        if (reading.Root is not null)
        {
            FiniteNumbers.Check(reading.Root, findings);
        }

        return reading.Root as Json5Object;
    }

    private OfflineScript Script(Json5Object node)
    {
        KnownKeys.Check(node, "the offline answers", ["answers"], [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var rules = new List<OfflineRule>();
        Json5Place? last = null;
        foreach (var item in fields.Array("answers")?.Items ?? [])
        {
            if (item is not Json5Object rule)
            {
                findings.Error(item.At, $"must be an object with 'when' and 'text', 'tool' or 'error', got {item.Kind}");
                continue;
            }

            if (last is not null)
            {
                findings.Warn(item.At, $"is never reached: the answer at {last} is given to everything");
            }

            var read = Rule(rule);
            rules.Add(read);
            last ??= read is { Times: null, Tools: [] } && read.When == new OfflineMatch() ? rule.At : null;
        }

        if (rules.Count > MostRules)
        {
            findings.Error(fields.PlaceOf("answers"), $"there are more than {MostRules}");
        }

        return new OfflineScript { Rules = rules };
    }

    private OfflineRule Rule(Json5Object node)
    {
        KnownKeys.Check(node, "an offline answer", RuleKeys, [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var rule = new OfflineRule
        {
            When = fields.Object("when") is { } when ? Match(when) : new OfflineMatch(),
            Text = Text(fields),
            Tools = Tools(fields),
            Error = fields.Count("error", 400, 599),
            RetryAfter = fields.Count("retryAfter", 0, 3600),
            Delay = fields.Count("delay", 0, 60_000) ?? 0,
            Cut = fields.Count("cut", 0, Often),
            Times = fields.Count("times", 1, Often),
        };
        if (rule.Error is not null && (rule.Tools.Count > 0 || rule.Cut is not null))
        {
            findings.Error(fields.PlaceOf("error"), "an error has no 'tool' and is not 'cut': write two answers");
        }

        if (rule.Error is null && rule.RetryAfter is not null)
        {
            findings.Error(fields.PlaceOf("retryAfter"), "belongs to an 'error'");
        }

        return rule;
    }

    private OfflineMatch Match(Json5Object node)
    {
        KnownKeys.Check(node, "'when'", MatchKeys, [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var after = fields.Text("after");
        if (after is not null && !Speakers.Contains(after))
        {
            findings.Error(
                fields.PlaceOf("after"),
                $"{Slug.Quote(after)} is none of: {string.Join(", ", Speakers)}{Spelling.Hint(after, Speakers)}"
            );
        }

        return new OfflineMatch(
            Known(fields, "agent", agents.Select(a => a.Id.Value)),
            Known(fields, "group", groups.Select(g => g.Id.Value)),
            Line(fields, "model"),
            Line(fields, "contains"),
            fields.Count("turn", 1, Often),
            after
        );
    }

    /// <summary>A name that nobody has makes an answer that nobody gets.</summary>
    private string? Known(Fields fields, string key, IEnumerable<string> names)
    {
        var name = fields.Text(key);
        if (name is not null && !names.Contains(name))
        {
            findings.Warn(
                fields.PlaceOf(key),
                $"{Slug.Quote(name)} is no {key} here: this answer is never given{Spelling.Hint(name, names)}"
            );
        }

        return name;
    }

    private static string? Line(Fields fields, string key) => fields.Text(key) is { } text ? Json5Text.Whole(text) : null;

    /// <summary>Of any lines, and empty if somebody wants to see that.</summary>
    private string? Text(Fields fields)
    {
        var value = fields.Any("text");
        if (value is not null and not Json5String)
        {
            findings.Error(value.At, $"must be a string, got {value.Kind}");
        }

        return value is Json5String text ? Json5Text.Whole(text.Value) : null;
    }

    private IReadOnlyList<OfflineTool> Tools(Fields fields)
    {
        var value = fields.Any("tool");
        var tools = new List<OfflineTool>();
        foreach (
            var item in value is Json5Array list ? list.Items
            : value is null ? []
            : [value]
        )
        {
            if (item is not Json5Object node)
            {
                findings.Error(item.At, $"must be an object with 'name' and 'input', got {item.Kind}");
                continue;
            }

            KnownKeys.Check(node, "a tool", ["name", "input"], [], "it belongs to an agent or a group", findings);
            var tool = new Fields(node, findings);
            if (!tool.Has("name"))
            {
                findings.Error(node.At, "needs 'name', as the request offers it");
            }

            var input = tool.Object("input");
            tools.Add(new OfflineTool(Line(tool, "name") ?? "", input is null ? "{}" : Json5Text.Write(input)));
        }

        return tools;
    }
}
