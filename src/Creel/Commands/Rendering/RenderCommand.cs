using System.CommandLine;
using System.Globalization;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;
using Creel.Terminal.Client;

namespace Creel.Commands.Rendering;

/// <summary><c>creel render [HABITAT] -o FOLDER</c>: plain files for people who run OpenClaw gateways by themselves.</summary>
internal static class RenderCommand
{
    private sealed record Options(
        Argument<string?> Habitat,
        Option<string> Output,
        Option<string> Target,
        Option<string> Profile,
        Option<string> Network,
        Option<string?> User,
        Option<string> Image,
        Option<string> Program,
        Option<bool> Plan,
        Option<bool> Overwrite,
        Option<bool> Lenient
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            new("HABITAT") { Arity = ArgumentArity.ZeroOrOne, Description = "The habitat; without it, the one in this folder" },
            Output(),
            Words(
                "--target",
                "systemd: units; compose: a compose file; without it, each group where its level belongs",
                null,
                "systemd",
                "compose"
            ),
            Words(
                "--profile",
                "hardened; or contract: what the older generators wrote, with all that it exposes",
                "hardened",
                "hardened",
                "contract"
            ),
            Words(
                "--network",
                "What groups with network proxy get, since files alone bring no proxy",
                "internal",
                "none",
                "internal",
                "bridge",
                "host"
            ),
            new("--user") { Description = "Whom units run as, by name; whom containers run as, as UID:GID", HelpName = "USER" },
            new("--image")
            {
                Description = "The image with OpenClaw in it",
                HelpName = "IMAGE",
                DefaultValueFactory = _ => new RenderOptions().Image,
            },
            new("--openclaw")
            {
                Description = "The OpenClaw program of units",
                HelpName = "FILE",
                DefaultValueFactory = _ => new RenderOptions().Program,
            },
            new("--plan") { Description = "Show what would change, and write nothing" },
            new("--overwrite") { Description = "Also replace files that somebody else wrote or changed" },
            HabitatFile.Lenient()
        );
        var command = new Command("render", "Write plain files that run a habitat's OpenClaw gateways without a server")
        {
            options.Habitat,
            options.Output,
            options.Target,
            options.Profile,
            options.Network,
            options.User,
            options.Image,
            options.Program,
            options.Plan,
            options.Overwrite,
            options.Lenient,
        };
        command.Subcommands.Add(RotateCommand.Build(cli));
        return cli.Runs(command, (call, _) => Task.FromResult(Run(call, options)));
    }

    public static Option<string> Output() =>
        new("--output", "-o")
        {
            Description = "The folder that the files are in; nothing outside of it is touched",
            HelpName = "FOLDER",
            Required = true,
        };

    /// <summary>Whom containers run as: what was written out, else who renders, and never root.</summary>
    /// <exception cref="UsageException">It is neither a name nor UID:GID.</exception>
    public static (string? User, CellUser Container) Users(string? written, CellUser self)
    {
        var usual = self.Uid == 0 ? new RenderOptions().ContainerUser : self;
        if (written is null)
        {
            return (null, usual);
        }

        var parts = written.Split(':');
        if (
            parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var gid)
        )
        {
            return uid > 0
                ? (null, new CellUser(uid, gid))
                : throw new UsageException("containers don't run as root", "name another UID:GID");
        }

        return
            written.Length is > 0 and <= 31
            && written[0] != '-'
            && written != "root"
            && written.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? (written, usual)
            : throw new UsageException($"'{written}' is no user for an agent", "write a login name other than root, or UID:GID");
    }

    private static int Run(Call call, Options options)
    {
        var written = call.Optional(options.Habitat) ?? ".";
        var file = HabitatFile.Shown(call, written);
        var folder = call.FullPath(call.Value(options.Output)!);
        var (model, problems) = call.Parts.Habitats.Read(file, call.Value(options.Lenient));
        if (call.Value(options.Profile) == "contract")
        {
            return Contract(call, options, HabitatFile.Path(call, written)!, model, folder);
        }

        if (model is null)
        {
            throw new HabitatException(problems);
        }

        RenderReport.Warn(call, problems);

        var request = new RenderRequest(
            model,
            Chosen(call, options),
            folder,
            call.Value(options.Plan),
            call.Value(options.Overwrite)
        );
        RenderReport.Show(call, request, call.Parts.Render.Render(request));
        return ExitCodes.Ok;
    }

    /// <summary>What the older generators would have written; it is written, and never started.</summary>
    private static int Contract(Call call, Options options, string file, HabitatModel? model, string folder)
    {
        var generator = call.Value(options.Target) switch
        {
            "systemd" => ContractGenerator.Session,
            "compose" => ContractGenerator.Container,
            _ => throw new UsageException(
                "the contract profile has two generators",
                "choose one with --target systemd or --target compose"
            ),
        };
        if (call.Value(options.Plan) || call.Json)
        {
            throw new UsageException("the contract profile knows neither --plan nor --json", "leave it out, or render hardened");
        }

        var variables = call.Parts.Contract.Variables(file, generator, model);
        ContractRun.Write(call, generator, variables, folder, dryRun: true);
        return ExitCodes.Ok;
    }

    private static RenderOptions Chosen(Call call, Options options)
    {
        var (user, container) = Users(call.Value(options.User), call.Parts.Self);
        var program = call.Value(options.Program)!;
        if (!program.StartsWith('/') || program.Any(char.IsControl))
        {
            throw new UsageException("--openclaw must be an absolute path", "as in: --openclaw /usr/local/bin/openclaw");
        }

        return new RenderOptions
        {
            Target = call.Value(options.Target) switch
            {
                "systemd" => RenderTarget.Systemd,
                "compose" => RenderTarget.Compose,
                _ => null,
            },
            InsteadOfProxy = Enum.Parse<NetworkMode>(call.Value(options.Network)!, ignoreCase: true),
            User = user,
            ContainerUser = container,
            Image = call.Value(options.Image)!,
            Program = program,
        };
    }

    private static Option<string> Words(string name, string description, string? usual, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words) };
        if (usual is not null)
        {
            option.DefaultValueFactory = _ => usual;
        }

        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
