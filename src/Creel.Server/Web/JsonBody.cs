using System.Buffers;
using System.Text.Json;
using Creel.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Server.Web;

/// <summary>Reads a request's body: a JSON object of bounded size, or a fault that says where it is wrong.</summary>
internal static class JsonBody
{
    private const long MostDrained = 64 * 1024 * 1024;
    private static readonly byte[] Empty = "{}"u8.ToArray();

    /// <param name="onlyJson">A body of another content type counts as none, so that a page can't post one without asking first.</param>
    /// <returns>An empty object where there is no body.</returns>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, bool onlyJson = false)
    {
        var request = context.Request;
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 1024 * 1024;
        if (request.ContentLength > limit)
        {
            await DrainAsync(context);
            throw TooLarge(limit);
        }

        if (onlyJson && request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Empty;
        }

        var text = await TextAsync(context, limit);
        if (text.Length == 0)
        {
            return Empty;
        }

        Check(text);
        return text;
    }

    /// <summary>The object's field as a string; null where it is absent or null.</summary>
    /// <exception cref="CreelException">It is something else.</exception>
    public static string? String(JsonElement body, string name) =>
        !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new CreelException(Fault.Invalid("json-field", $"'{name}' is not a string"));

    /// <summary>
    /// Reads a body away that will be refused: a client that is still sending would otherwise see a broken pipe, and no reason.
    /// </summary>
    private static async ValueTask DrainAsync(HttpContext context)
    {
        if (
            context.Request.ContentLength > MostDrained
            || context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } size
        )
        {
            return;
        }

        size.MaxRequestBodySize = MostDrained;
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
    }

    private static async ValueTask<byte[]> TextAsync(HttpContext context, long limit)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                throw TooLarge(limit);
            }

            if (read.IsCompleted)
            {
                var text = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return text;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static void Check(byte[] text)
    {
        var json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw new CreelException(Fault.Invalid("json-object", "the body is JSON, but not an object"));
            }

            while (json.Read()) { }
        }
        catch (JsonException e)
        {
            throw new CreelException(
                Fault.Invalid(
                    "json",
                    $"the body is not JSON: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}"
                )
            );
        }
    }

    private static CreelException TooLarge(long limit) =>
        new(
            new Fault(
                FaultKind.TooLarge,
                "body-too-large",
                $"the body is longer than {limit} bytes",
                "put large data into a file of the workspace"
            )
        );
}
