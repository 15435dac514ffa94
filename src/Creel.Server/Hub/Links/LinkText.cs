using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Server.Hub.Links;

/// <summary>The messages that the hub sends, as bytes.</summary>
internal static class LinkText
{
    public static ReadOnlyMemory<byte> Task(AgentTask task)
    {
        var payload = new ArrayBufferWriter<byte>(task.Payload.Length + 64);
        TaskPayload.WriteFor(payload, task.Id, task.Payload.Span);
        return Envelope(
            task.Id.ToString(),
            MessageTypes.Host,
            task.Agent.Value,
            MessageTypes.Task,
            task.CreatedAt,
            payload.WrittenMemory
        );
    }

    public static ReadOnlyMemory<byte> Notice(string type, string to, string taskId) =>
        Message(type, to, new TaskNotice(taskId), LinkJson.Default.TaskNotice);

    public static ReadOnlyMemory<byte> Welcome(Welcome welcome) =>
        Message(MessageTypes.Welcome, welcome.Cell, welcome, LinkJson.Default.Welcome);

    public static ReadOnlyMemory<byte> Stop(string to) =>
        Envelope(null, MessageTypes.Host, to, MessageTypes.Stop, null, "{}"u8.ToArray());

    /// <summary>As the older hub greeted its agents, to the letter.</summary>
    public static ReadOnlyMemory<byte> Greeting(AgentId agent, DateTimeOffset now) =>
        Envelope(
            null,
            MessageTypes.Host,
            agent.Value,
            MessageTypes.Status,
            now,
            """{"status":"connected","message":"Welcome to VM Hub"}"""u8.ToArray()
        );

    public static ReadOnlyMemory<byte> Refusal(AgentId agent, DateTimeOffset now, Fault fault, string? taskId) =>
        Envelope(
            null,
            MessageTypes.Host,
            agent.Value,
            MessageTypes.Error,
            now,
            Web.JsonReply.Text(json =>
            {
                json.WriteStartObject();
                json.WriteString("error", fault.Message);
                json.WriteString("code", fault.Code);
                if (fault.Remedy is not null)
                {
                    json.WriteString("remedy", fault.Remedy);
                }

                if (taskId is not null)
                {
                    json.WriteString("taskId", taskId);
                }

                json.WriteEndObject();
            })
        );

    public static ReadOnlyMemory<byte> Envelope(
        string? id,
        string from,
        string to,
        string type,
        DateTimeOffset? at,
        ReadOnlyMemory<byte> payload
    )
    {
        var bytes = new ArrayBufferWriter<byte>(payload.Length + 128);
        EnvelopeCodec.Write(bytes, new Envelope(id, from, to, type, at?.ToUnixTimeMilliseconds(), payload));
        return bytes.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Message<T>(string type, string to, T payload, JsonTypeInfo<T> shape) =>
        Envelope(null, MessageTypes.Host, to, type, null, JsonSerializer.SerializeToUtf8Bytes(payload, shape));
}
