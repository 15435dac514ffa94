using System.Text.Json;
using Creel.Core;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Cells;

/// <param name="File">Absolute; null: the habitat in force.</param>
internal sealed record HabitatRequest(string? File, bool Lenient = false, bool DeleteWorkspaces = false)
{
    public static async Task<HabitatRequest> ReadAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context);
        try
        {
            return JsonSerializer.Deserialize<HabitatRequest>(body.Span, JsonSerializerOptions.Web)
                ?? new HabitatRequest(File: null);
        }
        catch (JsonException e)
        {
            throw new CreelException(
                Fault.Invalid(
                    "json-field",
                    "a field of the body has the wrong type",
                    "It takes 'file' (text), 'lenient' and 'deleteWorkspaces' (true or false)."
                ),
                e
            );
        }
    }
}
