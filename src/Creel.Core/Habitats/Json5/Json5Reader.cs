namespace Creel.Core.Habitats.Json5;

/// <summary>Reads JSON5 (spec.json5.org, version 1.0.0), and so JSON, into a tree that knows where everything stands.</summary>
public static class Json5Reader
{
    /// <summary>How deep arrays and objects may be nested.</summary>
    public const int MaxDepth = 64;

    /// <summary>After so many problems the rest is not worth reading.</summary>
    internal const int MaxProblems = 50;

    /// <summary>Never throws: what is wrong is in the answer, several problems at once where the text allows to go on.</summary>
    /// <param name="file">As the user named it.</param>
    public static Json5Reading Read(string file, string text)
    {
        var problems = new List<Problem>();
        var root = new Json5Parser(file, text, problems).Document();
        return new Json5Reading(root, problems);
    }
}
