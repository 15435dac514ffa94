using System.Text.Json;

namespace Creel.Core.Work;

/// <summary>The task types that <c>creel-runtime</c> carries out, and the fields of each.</summary>
public static class TaskTypes
{
    /// <summary>Of every task; <c>id</c>, <c>taskId</c> and <c>description</c> are the submitter's own, and change nothing.</summary>
    private static readonly string[] OfAll = ["type", "timeout", "retry", "id", "taskId", "description"];

    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["exec"] = ["command", "argv", "cwd", "env", "sudo", "allowSudo"],
        ["script"] = ["script", "interpreter", "args", "cwd", "env"],
        ["file:read"] = ["filePath", "encoding"],
        ["file:write"] = ["filePath", "content", "encoding"],
        ["git:clone"] = ["repo", "destination", "branch", "env"],
        ["git:pull"] = ["repoPath", "env"],
        ["git:push"] = ["repoPath", "remote", "branch", "env"],
        ["build"] = ["command", "cwd", "env"],
        ["test"] = ["command", "cwd", "env"],
        ["deploy"] = ["command", "cwd", "env"],
        ["turn"] = ["message", "sessionKey", "sessionId", "model", "thinking", "system", "origin", "subagent", "env"],
    };

    /// <summary>Without which a task can't be carried out; of several in one text, one is enough.</summary>
    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["exec"] = ["command argv"],
        ["script"] = ["script"],
        ["file:read"] = ["filePath"],
        ["file:write"] = ["filePath", "content"],
        ["git:clone"] = ["repo", "destination"],
        ["git:pull"] = ["repoPath"],
        ["git:push"] = ["repoPath"],
        ["deploy"] = ["command"],
        ["turn"] = ["message"],
    };

    public static IEnumerable<string> All => Fields.Keys;

    public static bool Has(string type) => Fields.ContainsKey(type);

    /// <exception cref="CreelException">There is no such type.</exception>
    public static void CheckType(string type)
    {
        if (!Has(type))
        {
            var remedy = Spelling.Closest(type, All) is { } meant
                ? $"did you mean '{meant}'?"
                : $"it is one of: {string.Join(", ", All)}";
            throw new CreelException(Fault.Invalid("task-type", $"{Slug.Quote(type)} is no type of task", remedy));
        }
    }

    /// <summary>
    /// Whether every field of a task is one that its type has, and none is missing. A type that is none of ours has the fields that
    /// it likes. The hub itself takes any, as the older one did.
    /// </summary>
    /// <param name="payload">A JSON object, as somebody typed it.</param>
    /// <exception cref="CreelException">One is not, and the message has its line and column, from 1, in bytes; or one is missing.</exception>
    public static void CheckFields(ReadOnlySpan<byte> payload)
    {
        var type = TaskPayload.Read(payload).Type;
        if (!Fields.TryGetValue(type, out var own))
        {
            return;
        }

        var known = OfAll.Concat(own).ToList();
        var json = new Utf8JsonReader(payload);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!known.Contains(name))
            {
                var before = payload[..(int)json.TokenStartIndex];
                var (line, column) = (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
                throw new CreelException(
                    Fault.Invalid(
                        "task-field",
                        $"line {line}, column {column}: {type} has no field {Slug.Quote(name)}",
                        Spelling.Closest(name, known) is { } meant
                            ? $"did you mean '{meant}'?"
                            : $"it has: {string.Join(", ", own)}; and like all: type, timeout, retry"
                    )
                );
            }

            json.Read();
            json.Skip();
        }

        CheckNeeded(type, payload);
    }

    /// <summary>A task without what its type can't do without would only wait in a queue to be told so.</summary>
    private static void CheckNeeded(string type, ReadOnlySpan<byte> payload)
    {
        if (!Needed.TryGetValue(type, out var needed))
        {
            return;
        }

        var said = new HashSet<string>();
        var json = new Utf8JsonReader(payload);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.Null)
            {
                said.Add(name);
            }

            json.Skip();
        }

        if (needed.FirstOrDefault(names => !names.Split(' ').Any(said.Contains)) is { } missing)
        {
            throw new CreelException(
                Fault.Invalid("task-field", $"{type} needs '{missing.Replace(" ", "' or '", StringComparison.Ordinal)}'")
            );
        }
    }
}
