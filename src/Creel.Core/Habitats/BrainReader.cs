using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary><c>brain</c>: a word, or an object with more to say.</summary>
internal static class BrainReader
{
    private static readonly string[] Kinds = ["native", "command", "openclaw"];
    private static readonly string[] Inputs = ["stdin", "argument"];
    private static readonly string[] Outputs = ["text", "json"];

    public static BrainModel? Read(Json5Node? node, Findings findings)
    {
        switch (node)
        {
            case null:
                return null;
            case Json5String { Value: "command" }:
                findings.Error(
                    node.At,
                    "a command brain needs its command: write { kind: \"command\", command: [\"/path/of/program\"] }"
                );
                return null;
            case Json5String kind:
                return Word(kind, "brain", Kinds, findings) is { } word ? new BrainModel(word) : null;
            case Json5Object brain:
                return Read(brain, findings);
            default:
                findings.Error(node.At, $"must be a string or an object, got {node.Kind}");
                return null;
        }
    }

    private static BrainModel? Read(Json5Object node, Findings findings)
    {
        KnownKeys.Check(
            node,
            "a brain",
            ["kind", "command", "input", "output", "path"],
            [],
            "it belongs to an agent or a group",
            findings
        );
        var fields = new Fields(node, findings);
        var command = Command(node, fields, findings);
        var kind =
            node.Value("kind") is { } word ? Word(word, "brain", Kinds, findings)
            : command is null ? null
            : "command";
        if (!fields.Has("kind") && command is null)
        {
            findings.Error(node.At, $"a brain needs a kind, one of: {string.Join(", ", Kinds)}");
        }

        if (kind == "command" && command is null && !fields.Has("command"))
        {
            findings.Error(node.At, "a command brain needs 'command': the program and its arguments, as an array");
        }

        if (kind is not null and not "command" && command is not null)
        {
            findings.Error(
                fields.PlaceOf("command"),
                $"a brain of kind '{kind}' runs no command: remove it, or say kind 'command'"
            );
        }

        var path = fields.Text("path");
        if (kind is not null and not "openclaw" && path is not null)
        {
            findings.Error(fields.PlaceOf("path"), $"is for a brain of kind 'openclaw' only, and this one is '{kind}'");
        }

        var input = Word(node.Value("input"), "input", Inputs, findings);
        var output = Word(node.Value("output"), "output", Outputs, findings);
        return kind is null
            ? null
            : new BrainModel(kind)
            {
                Command = command ?? [],
                Input = input ?? "stdin",
                Output = output ?? "text",
                Path = path,
            };
    }

    private static IReadOnlyList<string>? Command(Json5Object node, Fields fields, Findings findings)
    {
        IReadOnlyList<Json5String> words = node.Value("command") switch
        {
            null => [],
            Json5String program => [program],
            _ => fields.Texts("command"),
        };
        foreach (var word in words.Where(w => w.Value.Contains('\0', StringComparison.Ordinal)))
        {
            findings.Error(word.At, "an argument can't have a NUL in it");
        }

        if (words.Count > 0 && !string.IsNullOrWhiteSpace(words[0].Value))
        {
            return [.. words.Select(w => w.Value)];
        }

        if (fields.Any("command") is Json5Array or Json5String)
        {
            findings.Error(fields.PlaceOf("command"), "must name a program first");
        }

        return null;
    }

    private static string? Word(Json5Node? node, string what, string[] words, Findings findings)
    {
        if (node is null || (node is Json5String text && words.Contains(text.Value)))
        {
            return (node as Json5String)?.Value;
        }

        var got = node is Json5String wrong ? Slug.Quote(wrong.Value) : node.Kind;
        var hint = node is Json5String close ? Spelling.Hint(close.Value, words) : "";
        findings.Error(node.At, $"{got} is no {what}; it is one of: {string.Join(", ", words)}{hint}");
        return null;
    }
}
