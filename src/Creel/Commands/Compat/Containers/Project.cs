using Creel.Core;

namespace Creel.Commands.Compat.Containers;

/// <summary>
/// The folder that an old script works in: with the habitat, and <c>shared/openclaw-N</c> for each agent. It is the script's own,
/// where that is a link, and else the one that the user is in.
/// </summary>
internal sealed class Project(Call call)
{
    public const string FolderVariable = "CREEL_CONTAINERS";
    private const string OpenClawVariable = "CREEL_OPENCLAW";

    public string Folder { get; } =
        call.FullPath(call.Io.Variable(FolderVariable) is { Length: > 0 } said ? said : call.Io.WorkingFolder);

    private string Habitat => Path.Combine(Folder, "habitat.json5");

    /// <summary>Of one agent, on this machine and in its cell alike.</summary>
    public string Shared(int number) => Path.Combine(Folder, "shared", $"openclaw-{number}");

    public void MakeShared(int number) => Directory.CreateDirectory(Shared(number));

    /// <summary>The habitat of this folder; one like the old project where there is none.</summary>
    public string Ensure()
    {
        foreach (var name in new[] { "habitat.json5", "habitat.json", "openclaw.json" })
        {
            if (File.Exists(Path.Combine(Folder, name)))
            {
                return Path.Combine(Folder, name);
            }
        }

        try
        {
            MakeShared(1);
            MakeShared(2);
            using var file = new FileStream(Habitat, FileMode.CreateNew, FileAccess.Write);
            using var text = new StreamWriter(file);
            text.Write(Text(call.Io.Variable(OpenClawVariable)));
            return Habitat;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Missing(
                    "project-folder",
                    $"{Folder} can't be written: {e.Message.TrimEnd('.')}",
                    "work in a folder of yours"
                ),
                e
            );
        }
    }

    /// <param name="openClaw">The folder with the package; null: cells have an <c>openclaw</c> of their own.</param>
    private static string Text(string? openClaw)
    {
        var brain = openClaw is { Length: > 0 } path
            ? $"{{ kind: \"openclaw\", path: {System.Text.Json.JsonSerializer.Serialize(path)} }}"
            : "\"openclaw\"";
        return $$"""
            // Two agents, as the old compose project had them. Their numbers are those of manage.sh; add and rm keep theirs in
            // habitat.local.json5 beside this file.
            {
              name: "openclaw-containers",

              agents: {
                defaults: {
                  // With { kind: "openclaw", path: "/folder" } it is the OpenClaw of that folder's node_modules.
                  brain: {{brain}},
                  resources: { memory: "4g", cpu: 2, pids: 512 },
                },
                list: [
                  { id: "openclaw-1", name: "Bart", number: 1, workspace: "shared/openclaw-1" },
                  { id: "openclaw-2", name: "Lisa", number: 2, workspace: "shared/openclaw-2" },
                ],
              },
            }

            """;
    }
}
