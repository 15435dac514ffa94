using System.Globalization;
using System.Text;

namespace Creel.Core.Habitats.Json5;

/// <summary>
/// Where a value or a key stands: file, line, column, and its path from the root, which is built only when asked for.
/// </summary>
public sealed class Json5Place
{
    private readonly Json5Place? parent;
    private readonly string? key;
    private readonly int index;
    private readonly string? path;

    private Json5Place(string file, int line, int column, Json5Place? parent, string? key, int index, string? path = null) =>
        (File, Line, Column, this.parent, this.key, this.index, this.path) = (file, line, column, parent, key, index, path);

    public string File { get; }

    /// <summary>From 1; 0 where there is no line.</summary>
    public int Line { get; }

    /// <summary>From 1, in characters (code points); 0 where there is none.</summary>
    public int Column { get; }

    /// <summary>As in <c>agents.list[1].isolation</c>; empty for the root.</summary>
    public string Path => path ?? Build();

    /// <summary>As in <c>agents.list.1.isolation</c>; empty for the root.</summary>
    public string Dotted
    {
        get
        {
            var chain = new Stack<string>();
            for (var place = this; place?.parent is not null; place = place.parent)
            {
                chain.Push(place.key ?? place.index.ToString(CultureInfo.InvariantCulture));
            }

            return chain.Count == 0 ? Path : string.Join('.', chain);
        }
    }

    public static Json5Place Root(string file, int line = 0, int column = 0) => new(file, line, column, null, null, 0, "");

    /// <summary>A place that has no text behind it, such as a variable.</summary>
    public static Json5Place Named(string file, string path) => new(file, 0, 0, null, null, 0, path);

    public Json5Place Member(string name, int line, int column) => new(File, line, column, this, name, 0);

    public Json5Place Item(int number, int line, int column) => new(File, line, column, this, null, number);

    /// <summary>Another point of the text, about the same value.</summary>
    public Json5Place Moved(int line, int column) => new(File, line, column, parent, key, index, path);

    public Problem Problem(string message, Severity severity = Severity.Error) =>
        new(severity, File, Line, Column, Path, message) { Dotted = Dotted };

    /// <summary><c>file:line:column</c>, for naming a second place in a message.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}" : File;

    private string Build()
    {
        var chain = new Stack<Json5Place>();
        for (var place = this; place is not null && place.path is null; place = place.parent)
        {
            chain.Push(place);
        }

        var text = new StringBuilder();
        foreach (var place in chain)
        {
            if (place.key is null)
            {
                text.Append('[').Append(place.index).Append(']');
            }
            else if (IsPlain(place.key))
            {
                text.Append(text.Length > 0 ? "." : "").Append(place.key);
            }
            else
            {
                text.Append("[").Append(Slug.Quote(place.key)).Append(']');
            }
        }

        return text.ToString();
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$' or '/' or ':' or '@');
}
