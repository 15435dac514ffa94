namespace Creel.Core.Provisioning.Templates;

/// <summary>What names stand for: here, and outside of here.</summary>
internal sealed class Scope(Scope? outer, IReadOnlyDictionary<string, TemplateValue>? given = null)
{
    private Dictionary<string, TemplateValue>? own;

    /// <param name="looked">In how many it was looked for, this one included.</param>
    public TemplateValue? Find(string name, out int looked)
    {
        looked = 0;
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            looked++;
            if (scope.own?.GetValueOrDefault(name) is { } set)
            {
                return set;
            }

            if (scope.Given?.GetValueOrDefault(name) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    public void Set(string name, TemplateValue value) => (own ??= new(StringComparer.Ordinal))[name] = value;

    private Scope? Outer => outer;

    private IReadOnlyDictionary<string, TemplateValue>? Given => given;
}
