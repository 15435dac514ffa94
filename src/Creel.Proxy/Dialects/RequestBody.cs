using System.Text.Json;
using Creel.Core.Budgets;

namespace Creel.Proxy.Dialects;

/// <summary>
/// A request's body while it is read: strict JSON, no key twice (two readers could see two requests in it), at most
/// <see cref="MaxDepth"/> deep. Gathers what bounds the cost.
/// </summary>
internal sealed class RequestBody
{
    public const int MaxDepth = 64;

    private readonly List<(int At, int Length, byte[] Text)> splices = [];
    private List<string>? added;

    private RequestBody(ReadOnlyMemory<byte> bytes, JsonElement root) => (Bytes, Root) = (bytes, root);

    public ReadOnlyMemory<byte> Bytes { get; }

    public JsonElement Root { get; }

    /// <summary>Bytes of images and documents, which don't count as text.</summary>
    public long BinaryBytes { get; set; }

    public int Images { get; set; }

    /// <summary>Holds something of which only the model's window bounds how many tokens it is.</summary>
    public bool Unmeasured { get; set; }

    /// <summary>What was put in, for a person; null: nothing.</summary>
    public IReadOnlyList<string>? Added => added;

    public static CallReading Read(ReadOnlyMemory<byte> bytes, Func<RequestBody, CallReading> read)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth };
            using var document = JsonDocument.Parse(bytes, options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(new RequestBody(bytes, document.RootElement))
                : Malformed("the body is no JSON object");
        }
        catch (RequestProblem problem)
        {
            return new CallReading.Refuses(problem.Refusal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not what the exception says: it may quote the body.
            return Malformed("the body is no JSON, has a key twice, or is nested too deeply");
        }
    }

    /// <summary>Puts a field in front of all others.</summary>
    public void Insert(string field)
    {
        var at = Bytes.Span.IndexOf((byte)'{') + 1;
        splices.Add((at, 0, System.Text.Encoding.UTF8.GetBytes(field + ",")));
        Note(field);
    }

    /// <summary>Puts a field in, or a value into a field that is there without one.</summary>
    /// <param name="existing">The field's value; undefined where the field is not there.</param>
    public void Set(string field, JsonElement existing, string json)
    {
        if (existing.ValueKind == JsonValueKind.Undefined)
        {
            Insert($"\"{field}\":{json}");
        }
        else
        {
            Replace(existing, json);
            Note($"\"{field}\":{json}");
        }
    }

    /// <summary>Something was put in; never a word of the client's own.</summary>
    public void Note(string field) => (added ??= []).Add(field);

    /// <summary>Replaces the text of a value.</summary>
    public void Replace(JsonElement value, string text)
    {
        var raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value);
        Bytes.Span.Overlaps(raw, out var at);
        splices.Add((at, raw.Length, System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The bytes to send: those that came, but for what was put in.</summary>
    public ReadOnlyMemory<byte> Spliced()
    {
        if (splices.Count == 0)
        {
            return Bytes;
        }

        var result = new byte[Bytes.Length + splices.Sum(s => s.Text.Length - s.Length)];
        var (from, to) = (0, 0);
        foreach (var (at, length, text) in splices.OrderBy(s => s.At))
        {
            Bytes.Span[from..at].CopyTo(result.AsSpan(to));
            text.CopyTo(result, to + at - from);
            (from, to) = (at + length, to + at - from + text.Length);
        }

        Bytes.Span[from..].CopyTo(result.AsSpan(to));
        return result;
    }

    public static CallReading Malformed(string what) => new CallReading.Refuses(CallRefusal.Malformed(what));
}

/// <summary>Ends the reading of a request. Never leaves this folder.</summary>
internal sealed class RequestProblem(CallRefusal refusal) : Exception(refusal.Message)
{
    public CallRefusal Refusal { get; } = refusal;

    public static RequestProblem Malformed(string what) => new(CallRefusal.Malformed(what));
}
