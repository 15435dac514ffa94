using System.Text.Json;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Provisioning;

/// <summary>An answer of this API, in the names of JavaScript.</summary>
internal static class GatewayReply
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Task SendAsync<T>(HttpContext context, T view) =>
        JsonReply.SendAsync(context, JsonSerializer.SerializeToUtf8Bytes(view, Json), StatusCodes.Status200OK);
}
