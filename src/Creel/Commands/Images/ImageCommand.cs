using System.CommandLine;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Images;

/// <summary><c>creel image build</c>: the image of container cells that name none.</summary>
internal static class ImageCommand
{
    public static Command Build(Cli cli)
    {
        var build = cli.Runs(
            new Command(
                "build",
                "Make it from this host's own programs: no registry is asked (the first container cell does so, too)"
            ),
            BuildAsync
        );
        return new Command("image", "The image of container cells: build") { Aliases = { "images" }, Subcommands = { build } };
    }

    private static async Task<int> BuildAsync(Call call, CancellationToken cancel)
    {
        var image = await call.Parts.BuildImage(cancel);
        if (call.Json)
        {
            call.Print(image);
            return ExitCodes.Ok;
        }

        call.Say($"{image.Name} {(image.New ? "made" : "is as this host's programs are: nothing had to be made")}");
        call.Note($"  {image.Id}, {image.Bytes >> 20} MiB");
        return ExitCodes.Ok;
    }
}
