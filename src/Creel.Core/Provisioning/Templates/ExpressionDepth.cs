using System.Runtime.CompilerServices;

namespace Creel.Core.Provisioning.Templates;

/// <summary>How deep expressions stand in one another, while they are read and once they are.</summary>
internal sealed class ExpressionDepth(TokenStream tokens, TemplateLimits limits)
{
    private int open;

    /// <summary>The node, with its depth.</summary>
    public T Made<T>(T node, params IReadOnlyList<Expression?> parts)
        where T : Expression
    {
        foreach (var part in parts)
        {
            node.Depth = Math.Max(node.Depth, 1 + (part?.Depth ?? 0));
        }

        return node.Depth <= limits.Depth ? node : throw TooDeep(node.At);
    }

    public Expression Nested(Func<Expression> read)
    {
        if (++open > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw TooDeep(tokens.Now.At);
        }

        var value = read();
        open--;
        return value;
    }

    private TemplateStop TooDeep(Mark at) =>
        new(
            TemplateTrouble.Limit,
            at,
            $"more than {limits.Depth} expressions stand in one another",
            "keep parts of it in names, with {% set %}"
        );
}
