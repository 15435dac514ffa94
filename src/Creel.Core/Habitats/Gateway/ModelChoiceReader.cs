using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Which model an agent thinks with, and which after it: the agent's own word, else that of <c>agents.defaults</c>.</summary>
internal sealed class ModelChoiceReader(Fields? defaults, Findings findings)
{
    public ModelChoice Read(Fields agent)
    {
        Check(agent);
        if (defaults is not null)
        {
            Check(defaults);
        }

        return Known(agent.Any("model"), defaults?.Any("model"));
    }

    /// <summary>Of values whose mistakes were told already.</summary>
    public static ModelChoice Known(Json5Node? own, Json5Node? others)
    {
        var (mine, theirs) = (Split(own), Split(others));
        return new ModelChoice(mine.Primary ?? theirs.Primary, mine.Fallbacks ?? theirs.Fallbacks ?? []);
    }

    private void Check(Fields fields)
    {
        switch (fields.Any("model"))
        {
            case null:
                return;
            case Json5String:
                _ = fields.Text("model");
                return;
            case Json5Object node:
                var choice = new Fields(node, findings);
                if (choice.Text("primary") is null && !choice.Has("primary"))
                {
                    findings.Error(node.At, "needs 'primary': the model to use");
                }

                _ = choice.Texts("fallbacks");
                return;
            case var wrong:
                findings.Error(wrong.At, $"must be a string or an object with 'primary', got {wrong.Kind}");
                return;
        }
    }

    private static (string? Primary, IReadOnlyList<string>? Fallbacks) Split(Json5Node? node) =>
        node is Json5Object choice ? (choice.Word("primary"), choice.Words("fallbacks")) : (NodeValues.Word(node), null);
}
