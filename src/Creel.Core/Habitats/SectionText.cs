using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Sources;

namespace Creel.Core.Habitats;

/// <summary>
/// A section of a habitat keeps its <c>${VAR}</c> unexpanded, so that secrets are in no model, plan or database; the room that
/// uses a section expands it then.
/// </summary>
public static class SectionText
{
    /// <param name="section">JSON text from <see cref="HabitatModel.Sections"/>.</param>
    /// <returns>JSON text with the variables' values in its strings.</returns>
    /// <exception cref="CreelException">A variable is missing or empty.</exception>
    public static string Expand(string section, Func<string, string?> lookup)
    {
        var reading = Json5Reader.Read("habitat", section);
        var findings = new Findings(lenient: false);
        findings.Add(reading.Problems);
        var expanded = reading.Root is null ? null : new Variables(lookup, new HashSet<string>(), findings).Expand(reading.Root);
        return findings.HasErrors || expanded is null
            ? throw new CreelException(
                Fault.Invalid("habitat-variable", string.Join("; ", findings.Sorted().Select(p => p.Message)))
            )
            : Json5Text.Write(expanded);
    }
}
