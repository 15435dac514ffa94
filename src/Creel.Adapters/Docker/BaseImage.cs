using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>
/// The image of cells that name none: a shell, the usual small programs, git and curl, copied from this host with the libraries
/// that they need. No registry is asked, and it is as up to date as the host is.
/// </summary>
public sealed class BaseImage
{
    /// <summary>A tag of it is the beginning of the digest of what is in the image: the same files of the host, the same tag.</summary>
    public const string Repository = "creel/cell";

    private readonly Engine engine;
    private readonly SemaphoreSlim one = new(1, 1);
    private string? made;

    internal BaseImage(Engine engine) => this.engine = engine;

    /// <summary>The image's id; it is made where there is none yet.</summary>
    internal async Task<string> EnsureAsync(CancellationToken cancel)
    {
        await one.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (made is not null && await CellImage.IdAsync(engine, made, cancel).ConfigureAwait(false) is { } known)
            {
                return known;
            }

            made =
                await CellImage.IdAsync(engine, $"{Repository}:latest", cancel).ConfigureAwait(false)
                ?? (await MakeAsync(cancel).ConfigureAwait(false)).Id;
            return made;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Makes it; where the image is as this host's files are already, nothing is done.</summary>
    /// <exception cref="CreelException">Docker can't be reached, or refuses.</exception>
    public async Task<BuiltImage> MakeAsync(CancellationToken cancel)
    {
        var path = Path.GetTempFileName();
        try
        {
            var files = ImageFiles.OfHost();
            await using (var archive = File.Create(path))
            {
                await using var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: false);
                files.WriteTo(writer);
            }

            await using var content = File.OpenRead(path);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel).ConfigureAwait(false));
            var (tag, bytes) = (digest[..12], content.Length);
            if (await CellImage.IdAsync(engine, $"{Repository}:{tag}", cancel).ConfigureAwait(false) is { } present)
            {
                await TagAsync(present, cancel).ConfigureAwait(false);
                return new BuiltImage(present, tag, bytes, New: false);
            }

            content.Position = 0;
            string[] changes = ["ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "CMD [\"/bin/sh\"]"];
            var query = string.Concat(changes.Select(change => "&changes=" + Uri.EscapeDataString(change)));
            var reply = await engine
                .UploadAsync($"images/create?fromSrc=-&repo={Repository}&tag={tag}{query}", content, cancel)
                .ConfigureAwait(false);
            reply.OrFail("take the image in");
            var id =
                await CellImage.IdAsync(engine, $"{Repository}:{tag}", cancel).ConfigureAwait(false)
                ?? throw new CreelException(
                    Fault.Unavailable("docker-refused", "Docker took the image in and does not have it: " + LastLine(reply))
                );
            await TagAsync(id, cancel).ConfigureAwait(false);
            return new BuiltImage(id, tag, bytes, New: true);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task TagAsync(string id, CancellationToken cancel) =>
        (await engine.PostAsync($"images/{id}/tag?repo={Repository}&tag=latest", null, cancel).ConfigureAwait(false)).OrFail(
            "name the image"
        );

    // The answer is a line of JSON for each step; the last one has the error, if any.
    private static string LastLine(EngineReply reply) =>
        reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("");
}

/// <summary>What was made.</summary>
/// <param name="Id">The engine's digest of it.</param>
/// <param name="Tag">Of <see cref="BaseImage.Repository"/>: the beginning of the digest of its content.</param>
/// <param name="Bytes">Of the archive.</param>
/// <param name="New">False: it was there, with the same content.</param>
public sealed record BuiltImage(string Id, string Tag, long Bytes, bool New);
