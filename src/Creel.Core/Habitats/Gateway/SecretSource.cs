using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Sources;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Where a secret is to be found. The secret itself is in no model: who uses it looks then, and keeps it to himself.</summary>
public abstract record SecretSource
{
    /// <summary>It stands in the habitat, as itself or as <c>${VAR}</c>.</summary>
    public sealed record Text(string Written) : SecretSource
    {
        public override string ToString() => Masked.Value(Written);

        public override string? Find(Func<string, string?> variables, Func<string, string?> files)
        {
            var findings = new Findings(lenient: false);
            var node = new Json5String(Json5Place.Root("habitat"), Written);
            var found = ((Json5String)new Variables(variables, new HashSet<string>(), findings).Expand(node)).Value;
            return findings.HasErrors
                ? throw new CreelException(
                    Fault.Invalid("habitat-variable", string.Join("; ", findings.Sorted().Select(p => p.Message)))
                )
                : NotBlank(found);
        }
    }

    /// <summary>It is all that is in a file, but for space around it.</summary>
    public sealed record File(string Path) : SecretSource
    {
        public override string ToString() => $"(in {Path})";

        public override string? Find(Func<string, string?> variables, Func<string, string?> files) => NotBlank(files(Path));
    }

    /// <summary>It is in a variable, if that is set.</summary>
    public sealed record Variable(string Name) : SecretSource
    {
        public override string ToString() => $"${{{Name}}}";

        public override string? Find(Func<string, string?> variables, Func<string, string?> files) => NotBlank(variables(Name));
    }

    /// <param name="variables">By name; null where one is not set. With the habitat's own: <see cref="HabitatLookup"/>.</param>
    /// <param name="files">The text of a file by its path; null where there is none.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="CreelException">A variable that is written out is missing.</exception>
    public abstract string? Find(Func<string, string?> variables, Func<string, string?> files);

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
