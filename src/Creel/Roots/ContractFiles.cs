using Creel.Adapters.Compose;
using Creel.Adapters.Linux;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.Systemd;
using Creel.Commands.Rendering;
using Creel.Core.Habitats;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;

namespace Creel.Roots;

/// <summary>Puts the older generators together.</summary>
internal static class ContractFiles
{
    private const UnixFileMode Folder =
        OutputFile.Open | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static ContractParts Parts { get; } =
        new()
        {
            Files = Of,
            Variables = (file, generator, model) =>
                ContractHabitat.Of(new HabitatSource(file, File.ReadAllText(file)), generator, model),
            Write = Write,
            StartUnits = (folder, files, changed, cancel) =>
                new UnitStart().RunAsync(folder, [.. files.Where(f => !f.Path.Contains('/'))], changed, cancel),
            StartCompose = ComposeUp.RunAsync,
        };

    private static IReadOnlyList<OutputFile> Of(
        ContractGenerator generator,
        ContractVariables variables,
        IReadOnlyList<ContractGroup> groups,
        string folder
    ) =>
        generator == ContractGenerator.Container
            ? [ContractCompose.File(variables, groups)]
            :
            [
                .. groups.SelectMany(g =>
                    (OutputFile[])[ContractUnit.File(variables, g, folder), ContractSession.File(variables, g)]
                ),
            ];

    private static void Write(string path, IReadOnlyList<OutputFile> files)
    {
        using var folder = OutputFolder.Open(path);

        // Looked at first, so that what can't be written stops it before the first file.
        foreach (var file in files)
        {
            _ = folder.Read(file.Path);
        }

        foreach (var file in files)
        {
            if (Path.GetDirectoryName(file.Path) is { Length: > 0 } below)
            {
                folder.MakeFolder(below, Folder);
            }

            // As fast as the older scripts: after a power cut they are run again.
            folder.Write(file, flush: false);
        }
    }
}
