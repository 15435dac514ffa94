using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Creel.Core;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>Writes JSON answers by hand: no reflection, and exactly the fields that docs/protocol.md names.</summary>
internal static class JsonReply
{
    // Answers are never put into a page as they are, so only what JSON itself needs is escaped.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return SendAsync(context, body.WrittenMemory, status);
    }

    public static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <param name="bare">As the older hub said it: the sentence alone.</param>
    public static Task FaultAsync(HttpContext context, Fault fault, int status, bool bare = false, string? id = null) =>
        WriteAsync(
            context,
            json =>
            {
                json.WriteString("error", fault.Message);
                if (bare)
                {
                    return;
                }

                json.WriteString("code", fault.Code);
                if (fault.Remedy is not null)
                {
                    json.WriteString("remedy", fault.Remedy);
                }

                if (id is not null)
                {
                    json.WriteString("id", id);
                }
            },
            status
        );

    /// <summary>One value as JSON text.</summary>
    public static ReadOnlyMemory<byte> Text(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            write(json);
        }

        return body.WrittenMemory;
    }

    /// <summary>Milliseconds since 1970, or null.</summary>
    public static void Time(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } time)
        {
            json.WriteNumber(name, time.ToUnixTimeMilliseconds());
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
