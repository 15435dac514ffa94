using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>Which image a cell gets: the one that was written out, which must be there, or the one that Creel makes.</summary>
internal sealed class CellImage(Engine engine, BaseImage own)
{
    /// <returns>The image's id.</returns>
    public async Task<string> FindAsync(CellSpec spec, CancellationToken cancel)
    {
        if (spec.Image is null)
        {
            return await own.EnsureAsync(cancel).ConfigureAwait(false);
        }

        var reply = await engine.GetAsync($"images/{Uri.EscapeDataString(spec.Image)}/json", cancel).ConfigureAwait(false);
        if (reply.Status == 404)
        {
            throw new CreelException(
                Fault.Missing(
                    "image-missing",
                    $"cell {spec.Group} wants the image {spec.Image}, which this machine does not have",
                    $"docker pull {spec.Image}"
                )
            );
        }

        var image = reply.OrFail($"look at the image {spec.Image}").Json!;
        return Digest(image, spec.Image);
    }

    private static string Digest(JsonNode image, string name) =>
        image["Id"]?.GetValue<string>()
        ?? throw new CreelException(Fault.Unavailable("docker-refused", $"Docker tells no digest of the image {name}"));
}
