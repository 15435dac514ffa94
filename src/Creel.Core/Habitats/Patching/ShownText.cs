using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Patching;

/// <summary>The text of a file as others may see it: what is hidden is replaced where it stands, however it was written.</summary>
public static class ShownText
{
    /// <param name="root">What the text says.</param>
    /// <param name="comments">False: they are left out, since nobody knows what is in them.</param>
    public static string Of(string text, Json5Node root, bool comments)
    {
        var instead = new Dictionary<(int Line, int Column), string>();
        Gather(root, Redaction.Hide(root), instead);
        var shown = new StringBuilder(text.Length);
        var cursor = new Json5Cursor(text);
        while (!cursor.AtEnd)
        {
            var (start, place) = (cursor.Position, (cursor.Line, cursor.Column));
            var isComment = cursor.Here == '/' && cursor.Peek(1) is '/' or '*';
            if (isComment)
            {
                SkipComment(cursor);
            }
            else
            {
                SkipToken(cursor);
            }

            shown.Append(
                isComment && !comments ? " "
                : instead.TryGetValue(place, out var mask) ? mask
                : cursor.Since(start)
            );
        }

        return shown.ToString();
    }

    private static void Gather(Json5Node there, Json5Node hidden, Dictionary<(int, int), string> instead)
    {
        switch (there, hidden)
        {
            case (Json5Object one, Json5Object two):
                foreach (var (a, b) in one.Members.Zip(two.Members))
                {
                    Gather(a.Value, b.Value, instead);
                }

                break;
            case (Json5Array one, Json5Array two):
                foreach (var (a, b) in one.Items.Zip(two.Items))
                {
                    Gather(a, b, instead);
                }

                break;
            default:
                if (!TreeWalk.Same(there, hidden))
                {
                    instead[(there.At.Line, there.At.Column)] = Json5Text.Write(hidden);
                }

                break;
        }
    }

    private static void SkipComment(Json5Cursor cursor)
    {
        var isLine = cursor.Peek(1) == '/';
        cursor.Advance(2);
        while (!cursor.AtEnd && !(isLine ? Json5Cursor.IsLineEnd(cursor.Here) : cursor.Here == '*' && cursor.Peek(1) == '/'))
        {
            cursor.Advance();
        }

        cursor.Advance(isLine ? 0 : 2);
    }

    /// <summary>A string, a bracket, a space or a word, as a whole.</summary>
    private static void SkipToken(Json5Cursor cursor)
    {
        var first = cursor.Here;
        cursor.Advance();
        if (first is '"' or '\'')
        {
            while (!cursor.AtEnd && cursor.Here != first)
            {
                cursor.Advance(cursor.Here == '\\' ? 2 : 1);
            }

            cursor.Advance();
        }
        else if (!Ends(first))
        {
            while (!cursor.AtEnd && !Ends(cursor.Here))
            {
                cursor.Advance();
            }
        }
    }

    private static bool Ends(char c) =>
        c is '{' or '}' or '[' or ']' or ':' or ',' or '/' or '"' or '\'' || Json5Cursor.IsSpace(c);
}
