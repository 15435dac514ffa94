using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Cells;

/// <param name="File">Absolute; null: the habitat in force.</param>
/// <param name="Profile">Of an older format: <c>hardened</c> (default) or <c>contract</c>.</param>
/// <param name="IKnow">What the profile contract opens is meant.</param>
/// <param name="By">Who asks, in words of his own: shown to who comes meanwhile, and believed no further.</param>
internal sealed record HabitatRequest(
    string? File,
    bool Lenient = false,
    bool DeleteWorkspaces = false,
    string? By = null,
    string? Profile = null,
    bool IKnow = false
)
{
    /// <exception cref="CreelException">There is no such profile.</exception>
    public HabitatManner Manner =>
        new(
            Lenient,
            Profile switch
            {
                null or "hardened" => HabitatProfile.Hardened,
                "contract" => HabitatProfile.Contract,
                _ => throw new CreelException(
                    Fault.Invalid("profile", "'profile' is no profile", "It is hardened (the default) or contract.")
                ),
            }
        );

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
                    "It takes 'file', 'profile' and 'by' (text), 'lenient', 'deleteWorkspaces' and 'iKnow' (true or false)."
                ),
                e
            );
        }
    }
}
