using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Cells;

/// <summary>Writes a view as the answer.</summary>
internal static class ViewReply
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Task WriteAsync<T>(HttpContext context, T view, int status = StatusCodes.Status200OK) =>
        JsonReply.SendAsync(context, JsonSerializer.SerializeToUtf8Bytes(view, Json), status);
}
