using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Creel.Core.Work;

/// <summary>What the hub understands of a task's payload; the rest is the runtime's.</summary>
/// <param name="Type">Empty where there was none.</param>
/// <param name="Timeout">Null where there was none.</param>
public sealed record TaskPayload(string Type, TimeSpan? Timeout, bool Retry)
{
    private const double LongestTimeout = 7 * 24 * 3600 * 1000d;

    /// <param name="lenient">As the older hub: no type, and nonsense in the fields that it knew nothing of, are the runtime's to refuse.</param>
    /// <exception cref="CreelException">It is no JSON object, or a field that the hub understands has a wrong value.</exception>
    public static TaskPayload Read(ReadOnlySpan<byte> payload, bool lenient = false)
    {
        if (!Utf8.IsValid(payload))
        {
            throw Wrong("the task is not UTF-8");
        }

        string? type = null;
        TimeSpan? timeout = null;
        var retry = false;
        var json = new Utf8JsonReader(payload);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw Wrong("a task is a JSON object, like {\"type\":\"exec\",\"command\":\"uname -a\"}");
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("type"u8))
                {
                    json.Read();
                    type =
                        json.TokenType == JsonTokenType.String ? json.GetString()
                        : lenient ? type
                        : throw Wrong("'type' is not a string");
                }
                else if (json.ValueTextEquals("timeout"u8))
                {
                    json.Read();
                    timeout =
                        json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var ms) && ms is > 0 and <= LongestTimeout
                            ? TimeSpan.FromMilliseconds(ms)
                        : lenient ? timeout
                        : throw Wrong("'timeout' is not a number of milliseconds between 1 and 604800000 (7 days)");
                }
                else if (json.ValueTextEquals("retry"u8))
                {
                    json.Read();
                    retry =
                        json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean()
                        : lenient ? retry
                        : throw Wrong("'retry' is neither true nor false");
                }
                else
                {
                    json.Read();
                }

                json.Skip();
            }
        }
        catch (JsonException e)
        {
            throw Wrong($"the task is not JSON (byte {e.BytePositionInLine ?? 0} of line {(e.LineNumber ?? 0) + 1})");
        }
        catch (InvalidOperationException)
        {
            throw Wrong("a string in the task is not valid UTF-8 or UTF-16");
        }

        return string.IsNullOrEmpty(type) && !lenient
            ? throw Wrong($"'type' is missing: it is one of {string.Join(", ", TaskTypes.All)}")
            : new TaskPayload(Short(type), timeout, retry);
    }

    /// <summary>
    /// The payload as the agent gets it: the hub's id first, a <c>taskId</c> of the submitter's own left out, all else byte for
    /// byte.
    /// </summary>
    /// <param name="payload">One that <see cref="Read"/> has taken.</param>
    public static void WriteFor(IBufferWriter<byte> output, TaskId id, ReadOnlySpan<byte> payload)
    {
        var json = new Utf8JsonReader(payload);
        output.Write("{\"taskId\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(id.ToString()));
        output.Write("\""u8);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var own = json.ValueTextEquals("taskId"u8);
            var start = (int)json.TokenStartIndex;
            json.Read();
            json.Skip();
            if (!own)
            {
                output.Write(","u8);
                output.Write(payload[start..(int)json.BytesConsumed]);
            }
        }

        output.Write("}"u8);
    }

    /// <summary>A type is a word; what is longer than any is cut, so that it can be a label and a column.</summary>
    private static string Short(string? type) =>
        type is null ? ""
        : type.Length <= 64 ? type
        : type[..64];

    private static CreelException Wrong(string message) => new(Fault.Invalid("task-payload", message));
}
