using Creel.Adapters.Docker;
using Creel.Adapters.Linux;
using Creel.Commands.Views;

namespace Creel.Roots;

/// <summary>Makes the image of container cells without a server.</summary>
internal static class CellImages
{
    public static async Task<ImageView> BuildAsync(CancellationToken cancel)
    {
        using var docker = new DockerDriver(new DockerOptions(new LinuxOptions(Path.GetTempPath())));
        var built = await docker.Image.MakeAsync(cancel);
        return new ImageView($"{BaseImage.Repository}:{built.Tag}", built.Id, built.Bytes, built.New);
    }
}
