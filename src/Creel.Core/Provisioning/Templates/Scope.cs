namespace Creel.Core.Provisioning.Templates;

/// <summary>What names stand for: here, and outside of here.</summary>
internal sealed class Scope(Scope? outer, IReadOnlyDictionary<string, TemplateValue>? given = null)
{
    private Dictionary<string, TemplateValue>? own;

    public TemplateValue? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
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
