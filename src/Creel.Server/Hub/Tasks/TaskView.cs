using System.Text.Json;
using Creel.Core.Work;
using Creel.Server.Web;

namespace Creel.Server.Hub.Tasks;

/// <summary>A task as the API shows it. Times are milliseconds since 1970, null where it has not come to that.</summary>
internal static class TaskView
{
    /// <param name="bodies">With payload and result, which a list leaves out: they may be large.</param>
    public static void Write(Utf8JsonWriter json, TaskRecord record, bool bodies = true)
    {
        var task = record.Task;
        json.WriteStartObject();
        json.WriteString("id", task.Id.Value);
        json.WriteString("agent", task.Agent.Value);
        json.WriteString("type", task.Type);
        json.WriteString("state", record.State.Word());
        json.WriteString("from", task.From);
        JsonReply.Time(json, "createdAt", task.CreatedAt);
        JsonReply.Time(json, "sentAt", record.SentAt);
        JsonReply.Time(json, "startedAt", record.StartedAt);
        JsonReply.Time(json, "finishedAt", record.FinishedAt);
        json.WriteNumber("attempts", record.Attempts);
        json.WriteBoolean("retry", task.Retry);
        if (bodies)
        {
            json.WritePropertyName("payload");
            json.WriteRawValue(task.Payload.Span, skipInputValidation: true);
            WriteResult(json, record);
        }

        json.WriteString("reason", record.Reason);
        json.WriteEndObject();
    }

    /// <summary>What the task gave, out of what the runtime said of it.</summary>
    public static void WriteResult(Utf8JsonWriter json, TaskRecord record)
    {
        json.WritePropertyName("result");
        if (Result(record.Result) is { IsEmpty: false } result)
        {
            json.WriteRawValue(result.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>The field <c>result</c> of a response, as its own bytes; empty where there is none.</summary>
    public static ReadOnlyMemory<byte> Result(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return default;
        }

        var json = new Utf8JsonReader(body.Span);
        try
        {
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var wanted = json.ValueTextEquals("result"u8);
                json.Read();
                var start = (int)json.TokenStartIndex;
                json.Skip();
                if (wanted)
                {
                    return body[start..(int)json.BytesConsumed];
                }
            }
        }
        catch (JsonException) { }

        return default;
    }

    public static Task ReplyAsync(Microsoft.AspNetCore.Http.HttpContext context, TaskRecord record) =>
        JsonReply.SendAsync(context, JsonReply.Text(json => Write(json, record)), 200);
}
