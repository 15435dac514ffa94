namespace Creel.Core.Habitats.Json5;

/// <summary>The grammar, top down; after a mistake it goes on at the next comma or bracket.</summary>
internal sealed class Json5Parser
{
    private readonly string file;
    private readonly List<Problem> problems;
    private readonly Json5Cursor cursor;
    private readonly Json5Scalars scalars;
    private int depth;
    private int objects;
    private int arrays;

    /// <summary>The rest is not read any more, so that it is incomplete is no news.</summary>
    private bool stopped;

    public Json5Parser(string file, string text, List<Problem> problems)
    {
        this.file = file;
        this.problems = problems;
        cursor = new Json5Cursor(text);
        scalars = new Json5Scalars(cursor, Report);
    }

    public Json5Node? Document()
    {
        Space(Json5Place.Root(file, 1, 1));
        var at = Json5Place.Root(file, cursor.Line, cursor.Column);
        if (cursor.AtEnd)
        {
            if (problems.Count == 0)
            {
                Report(at, "the file is empty; a habitat is at least '{}'");
            }

            return null;
        }

        var root = Value(at);
        Space(at);
        if (!cursor.AtEnd && problems.Count < Json5Reader.MaxProblems && (root is not null || problems.Count == 0))
        {
            Report(Here(at), $"there is something after the end: {Shown()}");
        }

        return root;
    }

    private Json5Node? Value(Json5Place at)
    {
        switch (cursor.Here)
        {
            case '{':
                return Nested(at, Object);
            case '[':
                return Nested(at, Array);
            case '"' or '\'':
                return scalars.String(at) is { } text ? new Json5String(at, text) : null;
            case (>= '0' and <= '9') or '.' or '+' or '-':
                return scalars.Number(at);
            default:
                return scalars.Word(at, Shown());
        }
    }

    private Json5Node? Nested(Json5Place at, Func<Json5Place, Json5Node?> read)
    {
        if (depth == Json5Reader.MaxDepth)
        {
            Report(at, $"nested more than {Json5Reader.MaxDepth} deep");
            Stop();
            return null;
        }

        depth++;
        var node = read(at);
        depth--;
        return node;
    }

    private Json5Object Object(Json5Place at)
    {
        var members = new List<Json5Member>();
        var places = new Dictionary<string, Json5Place>(StringComparer.Ordinal);
        objects++;
        cursor.Advance();
        while (Continues(at, '}', "object"))
        {
            if (Member(at) is not { } member)
            {
                Skip();
            }
            else if (places.TryAdd(member.Key, member.KeyAt))
            {
                members.Add(member);
            }
            else
            {
                Report(member.KeyAt, $"the key {Slug.Quote(member.Key)} is there twice; the first is at {places[member.Key]}");
            }

            if (!Comma(at, '}', "object"))
            {
                break;
            }
        }

        objects--;
        return new Json5Object(at, members);
    }

    private Json5Member? Member(Json5Place at)
    {
        var (line, column) = (cursor.Line, cursor.Column);
        var key = cursor.Here is '"' or '\'' ? scalars.String(Here(at)) : scalars.Name(Here(at), Shown);
        if (key is null)
        {
            return null;
        }

        var keyAt = at.Member(key, line, column);
        Space(keyAt);
        if (cursor.Here != ':')
        {
            Report(Here(keyAt), $"expected ':' after the key, found {Shown()}");
            return null;
        }

        cursor.Advance();
        Space(keyAt);
        var valueAt = at.Member(key, cursor.Line, cursor.Column);
        if (cursor.Here is ',' or '}' or ']' || cursor.AtEnd)
        {
            Report(valueAt, $"expected a value, found {Shown()}");
            return null;
        }

        return Value(valueAt) is { } value ? new Json5Member(key, keyAt, value) : null;
    }

    private Json5Array Array(Json5Place at)
    {
        var items = new List<Json5Node>();
        arrays++;
        cursor.Advance();
        while (Continues(at, ']', "array"))
        {
            var itemAt = at.Item(items.Count, cursor.Line, cursor.Column);
            if (cursor.Here == ',')
            {
                Report(itemAt, "expected a value, found ','");
            }
            else if (Value(itemAt) is { } item)
            {
                items.Add(item);
            }
            else
            {
                Skip();
            }

            if (!Comma(at, ']', "array"))
            {
                break;
            }
        }

        arrays--;
        return new Json5Array(at, items);
    }

    /// <summary>False at the closing bracket, which it takes, and where the text ends without one.</summary>
    private bool Continues(Json5Place at, char close, string what)
    {
        Space(at);
        if (cursor.Here == close)
        {
            cursor.Advance();
            return false;
        }

        if (cursor.AtEnd)
        {
            Unclosed(at, close, what);
            return false;
        }

        if (cursor.Here is '}' or ']')
        {
            WrongBracket(at, close, what);
            return false;
        }

        return true;
    }

    /// <summary>Takes the comma before the next one; false after the last.</summary>
    private bool Comma(Json5Place at, char close, string what)
    {
        Space(at);
        if (cursor.Here == ',')
        {
            cursor.Advance();
            return true;
        }

        if (cursor.Here == close)
        {
            cursor.Advance();
            return false;
        }

        if (cursor.AtEnd)
        {
            Unclosed(at, close, what);
            return false;
        }

        if (cursor.Here is '}' or ']')
        {
            WrongBracket(at, close, what);
            return false;
        }

        // A forgotten comma: what follows is read as the next one.
        Report(Here(at), $"expected ',' or '{close}', found {Shown()}");
        if (cursor.Here == ':')
        {
            Skip();
            return Comma(at, close, what);
        }

        return true;
    }

    private void WrongBracket(Json5Place at, char close, string what)
    {
        Report(Here(at), $"expected '{close}' for the {what} that opened at line {at.Line}, column {at.Column}, found {Shown()}");

        // It belongs to whoever opened it, if anybody did.
        if (cursor.Here == '}' ? objects == 0 : arrays == 0)
        {
            cursor.Advance();
        }
    }

    private void Unclosed(Json5Place at, char close, string what)
    {
        if (!stopped)
        {
            Report(at, $"this {what} is never closed: '{close}' is missing");
        }

        stopped = true;
    }

    /// <summary>Goes to the next comma or closing bracket of this level.</summary>
    private void Skip()
    {
        for (var open = 0; ; )
        {
            if (!cursor.SkipSpace())
            {
                cursor.SkipToEnd();
            }

            switch (cursor.Here)
            {
                case '"' or '\'':
                    scalars.SkipString();
                    continue;
                case ',' when open == 0:
                    return;
                case '}' or ']':
                    if (open-- == 0)
                    {
                        return;
                    }

                    break;
                case '{' or '[':
                    open++;
                    break;
                default:
                    if (cursor.AtEnd)
                    {
                        return;
                    }

                    break;
            }

            cursor.Advance();
        }
    }

    private void Space(Json5Place at)
    {
        if (!cursor.SkipSpace())
        {
            Report(Here(at), "this comment is never closed: '*/' is missing");
            Stop();
        }
    }

    /// <summary>The cursor's line and column with the path of <paramref name="at"/>.</summary>
    private Json5Place Here(Json5Place at) => at.Moved(cursor.Line, cursor.Column);

    private string Shown()
    {
        if (cursor.AtEnd)
        {
            return "the end of the file";
        }

        cursor.CodePoint(out var length);
        return Slug.Quote(length == 2 ? $"{cursor.Here}{cursor.Peek(1)}" : cursor.Here.ToString());
    }

    private void Report(Json5Place at, string message)
    {
        if (problems.Count < Json5Reader.MaxProblems)
        {
            problems.Add(at.Problem(message));
        }
        else
        {
            Stop();
        }
    }

    private void Stop()
    {
        stopped = true;
        cursor.SkipToEnd();
    }
}
