using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Policy;
using Creel.Server.Web;

namespace Creel.Server.Audits;

/// <summary>The details of audit entries. A payload is told by its hash: it may hold anything.</summary>
internal static class AuditDetail
{
    private const int LongestReason = 300;

    public static string Submit(TaskId id, string type, ReadOnlySpan<byte> payload)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(payload));
        return Object(json =>
        {
            json.WriteString("task", id.ToString());
            json.WriteString("type", type);
            json.WriteString("sha256", hash);
        });
    }

    public static string Task(TaskId id, string type, string? reason) =>
        Object(json =>
        {
            json.WriteString("task", id.ToString());
            json.WriteString("type", type);
            if (reason is not null)
            {
                json.WriteString("reason", Masked(reason));
            }
        });

    public static string Of(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var pairs = fields.ToArray();
        return Object(json =>
        {
            foreach (var (name, value) in pairs)
            {
                json.WriteString(name, value is null ? null : Masked(value));
            }
        });
    }

    /// <param name="last">The detail of the last one: a JSON object.</param>
    public static string Repeated(long times, string? last) =>
        Object(json =>
        {
            json.WriteNumber("repeated", times);
            if (last is not null)
            {
                using var fields = JsonDocument.Parse(last);
                foreach (var field in fields.RootElement.EnumerateObject())
                {
                    field.WriteTo(json);
                }
            }
        });

    private static string Masked(string text)
    {
        var masked = SecretMask.Apply(text);
        return masked.Length <= LongestReason ? masked : masked[..LongestReason] + "…";
    }

    private static string Object(Action<Utf8JsonWriter> write) =>
        Encoding.UTF8.GetString(
            JsonReply
                .Text(json =>
                {
                    json.WriteStartObject();
                    write(json);
                    json.WriteEndObject();
                })
                .Span
        );
}
