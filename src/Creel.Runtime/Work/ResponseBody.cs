using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Runtime.Work;

/// <summary>Writes a <see cref="TaskResponse"/> without parsing its result again, which may be 20 MB.</summary>
internal static class ResponseBody
{
    /// <summary>One line of JSON. Text stays readable: this JSON is never put into a page as it is.</summary>
    public static JsonWriterOptions Plain { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Bytes of JSON that a result may have: with what stands around it, it is a message that the hub takes.</summary>
    public const int MostResult = EnvelopeCodec.MaxMessage - (64 * 1024);

    /// <summary>What is longer than the hub takes is a failure that says so: sent as it is, it would end every connection.</summary>
    public static byte[] Write(string id, TaskOutcome outcome, TimeSpan duration, DateTimeOffset now) =>
        outcome.Result is { Length: > MostResult } result
            ? WriteWhole(id, TooLong(result.Length), duration, now)
            : WriteWhole(id, outcome, duration, now);

    private static TaskOutcome TooLong(int length) =>
        TaskOutcome.Failure($"The result would have {length} bytes as JSON, and the hub takes no more than {MostResult}");

    private static byte[] WriteWhole(string id, TaskOutcome outcome, TimeSpan duration, DateTimeOffset now) =>
        Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("taskId", id);
            json.WriteBoolean("success", outcome.State == TaskState.Succeeded);
            json.WriteString("state", outcome.State.Word());
            if (outcome.Result is { } result)
            {
                json.WritePropertyName("result");
                json.WriteRawValue(result, skipInputValidation: true);
            }

            if (outcome.Error is { } error)
            {
                json.WriteString("error", error);
            }

            json.WriteNumber("duration", Math.Round(duration.TotalMilliseconds, 3));
            json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds());
            json.WriteEndObject();
        });

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
