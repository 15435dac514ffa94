using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Does what the older habitat parser did, byte for byte, its mistakes included: for scripts that read its files. Where its
/// Python
/// ended in a stack trace, there is one sentence instead. Nothing in Creel decides from this.
/// </summary>
public static class LegacyHabitatParser
{
    /// <param name="habitat">The value of HABITAT_B64; null or empty: it was not set.</param>
    /// <param name="library">The value of AGENT_LIB_B64.</param>
    public static LegacyParse ParseBase64(string? habitat, string? library, LegacyFlavor flavor) =>
        string.IsNullOrEmpty(habitat)
            ? new LegacyParse(1, "", "ERROR: HABITAT_B64 not set\n")
            : Parse(Decode(habitat), string.IsNullOrEmpty(library) ? null : Decode(library), flavor);

    /// <param name="json">The habitat's text.</param>
    /// <param name="library">The text of the agent library; null where there is none.</param>
    public static LegacyParse Parse(string json, string? library, LegacyFlavor flavor)
    {
        Json5Node root;
        try
        {
            root = PythonJsonReader.Read(json);
        }
        catch (PythonError error)
        {
            return new LegacyParse(1, "", $"ERROR: Failed to parse HABITAT_B64: {error.Message}\n");
        }

        var errors = new LegacySchema(flavor).Check(root);
        if (errors.Count > 0)
        {
            return new LegacyParse(1, "", $"ERROR: Invalid habitat schema:\n{string.Concat(errors.Select(e => $"  - {e}\n"))}");
        }

        var stderr = new StringBuilder();
        var env = new LegacyEnvironment((Json5Object)root, Library(library, stderr), flavor, stderr);
        try
        {
            return env.Write();
        }
        catch (PythonError error)
        {
            return new LegacyParse(1, "", $"{stderr}ERROR: {error.Message}\n", env.Text);
        }
    }

    private static Json5Object Library(string? text, StringBuilder stderr)
    {
        var empty = new Json5Object(Json5Place.Root(""), []);
        if (text is null)
        {
            return empty;
        }

        try
        {
            var root = PythonJsonReader.Read(text);
            if (root is Json5Object library)
            {
                return library;
            }

            stderr
                .Append("WARN: AGENT_LIB_B64 must be object, got ")
                .Append(PythonText.TypeName(root))
                .Append(". Using empty library.\n");
        }
        catch (PythonError)
        {
            stderr.Append("WARN: Failed to parse AGENT_LIB_B64, using empty library\n");
        }

        return empty;
    }

    /// <summary>As Python's lenient decoder: signs that don't belong are skipped, what is broken after that is nothing.</summary>
    private static string Decode(string base64)
    {
        var kept = new string([.. base64.Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=')]);
        var bytes = new byte[kept.Length];
        if (!Convert.TryFromBase64String(kept, bytes, out var count))
        {
            return "";
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return "";
        }
    }
}
