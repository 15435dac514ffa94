using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>Which image a cell gets: the one that was written out, which must be there, or the one that Creel makes.</summary>
internal sealed class CellImage(Engine engine, BaseImage own)
{
    /// <returns>The image's id.</returns>
    /// <exception cref="CreelException">The machine does not have it.</exception>
    public async Task<string> FindAsync(CellSpec spec, CancellationToken cancel) =>
        spec.Image is { } written
            ? await WrittenAsync(spec.Group, written, cancel).ConfigureAwait(false)
            : await own.EnsureAsync(cancel).ConfigureAwait(false);

    /// <returns>Its id.</returns>
    /// <exception cref="CreelException">The machine does not have it.</exception>
    public async Task<string> WrittenAsync(GroupId group, string image, CancellationToken cancel) =>
        await IdAsync(engine, image, cancel).ConfigureAwait(false)
        ?? throw new CreelException(
            Fault.Missing(
                "image-missing",
                $"cell {group} wants the image {image}, which this machine does not have",
                $"docker pull {image}"
            )
        );

    /// <summary>The engine's digest of an image; null where it has none of this name.</summary>
    public static async Task<string?> IdAsync(Engine engine, string name, CancellationToken cancel)
    {
        var reply = await engine.GetAsync($"images/{Uri.EscapeDataString(name)}/json", cancel).ConfigureAwait(false);
        return reply.Status == 404 ? null : reply.OrFail($"look at the image {name}").Json!["Id"]!.GetValue<string>();
    }
}
