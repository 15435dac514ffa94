using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Creel.Adapters.Linux;
using Creel.Adapters.OpenClaw;
using Creel.Commands.Rendering;
using Creel.Core;
using Creel.Core.Rendering;

namespace Creel.Roots;

/// <summary>Makes the hardened files of a habitat in a folder: decided first, then written.</summary>
internal static partial class RenderRoot
{
    private const UnixFileMode OwnerFolder = OutputFile.Private | UnixFileMode.UserExecute;

    public static RenderParts Parts { get; } = new() { Render = Render, Rotate = Rotate };

    /// <exception cref="CreelException">The habitat can't be given as files, or the folder holds what is not ours.</exception>
    private static RenderResult Render(RenderRequest request)
    {
        using var there = OutputFolder.TryOpen(request.Folder);
        if (!request.PlanOnly)
        {
            there?.Lock();
        }

        var before = RenderManifest.Read(Trusted(there, RenderManifest.FileName)?.Text);
        var design = RenderDesign.Of(request.Habitat, request.Options, before.Ports, FreePort.Is);
        var wanted = RenderFiles.Of(design, request.Options, request.Folder, group => Token(there, group));
        var plan = ChangePlan.Of(wanted, design.Ports, before, path => Trusted(there, path), request.Overwrite);
        if (!request.PlanOnly)
        {
            using var made = there is null ? Make(request.Folder) : null;
            Apply(there ?? made!, plan, before, design, request.Options);
        }

        var notes = design.Notes.Concat(design.Groups.SelectMany(g => MissingKeys(plan, g)));
        return new RenderResult(design, plan, [.. notes]);
    }

    /// <summary>The folder, made only when it is known what comes into it.</summary>
    private static OutputFolder Make(string path)
    {
        var folder = OutputFolder.Open(path);
        folder.Lock();
        return folder.Read(RenderManifest.FileName) is null
            ? folder
            : throw new CreelException(Fault.Conflict("output-folder", $"somebody else has just made {path}", "Run it again"));
    }

    /// <summary>New tokens for some groups, or for all.</summary>
    /// <exception cref="CreelException">The folder holds nothing of ours, or no such group.</exception>
    private static IReadOnlyList<string> Rotate(string path, IReadOnlyList<string> groups)
    {
        using var folder = OutputFolder.TryOpen(path) ?? throw Nothing(path);
        folder.Lock();
        var text = Trusted(folder, RenderManifest.FileName)?.Text ?? throw Nothing(path);
        var before = RenderManifest.Read(text);
        var chosen = groups.Count == 0 ? before.Ports.Used.Keys.ToList() : groups;
        if (chosen.FirstOrDefault(g => !before.Ports.Used.ContainsKey(g)) is { } unknown)
        {
            throw new CreelException(
                Fault.NotFound(
                    "group-unknown",
                    $"there is no group '{unknown}' in {path}",
                    $"It has: {string.Join(", ", before.Ports.Used.Keys)}"
                )
            );
        }

        var files = new List<OutputFile>();
        foreach (var group in chosen)
        {
            var token = NewToken();
            files.Add(new OutputFile(RenderFiles.TokenFile(group), $"{token}\n", OutputFile.Private));
            var environment = Trusted(folder, RenderFiles.EnvironmentFile(group))?.Text ?? "";
            var line = $"{SessionConfig.TokenVariable}={token}";
            var changed = TokenLine().IsMatch(environment) ? TokenLine().Replace(environment, line) : $"{environment}{line}\n";
            files.Add(new OutputFile(RenderFiles.EnvironmentFile(group), changed, OutputFile.Private));
        }

        // What somebody has changed stays theirs, with the new token in it.
        var hashes = before.Files.ToDictionary();
        foreach (var file in files.Where(f => IsOurs(before, f.Path, folder.Read(f.Path)?.Text)))
        {
            hashes[file.Path] = $"{before.Files[file.Path]} {RenderManifest.Hash(file.Text)}";
        }

        var after = before with { Files = hashes };
        Save(folder, after);
        files.ForEach(file => folder.Write(file));
        Save(folder, after with { Files = hashes.ToDictionary(h => h.Key, h => h.Value.Split(' ')[^1]) });
        return [.. chosen];
    }

    private static void Apply(
        OutputFolder folder,
        ChangePlan plan,
        RenderManifest before,
        RenderDesign design,
        RenderOptions options
    )
    {
        foreach (var group in design.Groups)
        {
            folder.MakeFolder(group.Id.Value, OwnerFolder);
            if (group.Target == RenderTarget.Compose)
            {
                folder.MakeFolder($"{group.Id}/state", OwnerFolder, options.ContainerUser);
            }
        }

        if (plan.IsNothing && plan.Manifest.Write() == before.Write())
        {
            return;
        }

        // A kill in the middle must not make strangers of our own files: until all are written, both texts of each are ours.
        var both = before.Files.Keys.Union(plan.Manifest.Files.Keys);
        Save(
            folder,
            plan.Manifest with
            {
                Files = both.ToDictionary(
                    path => path,
                    path => $"{before.Files.GetValueOrDefault(path)} {plan.Manifest.Files.GetValueOrDefault(path)}".Trim()
                ),
            }
        );
        foreach (var change in plan.Changes)
        {
            switch (change.Act)
            {
                case FileAct.Add or FileAct.Replace:
                    folder.Write(change.After!, flush: false);
                    break;
                case FileAct.Remove:
                    folder.Delete(change.Path);
                    break;
            }
        }

        foreach (var gone in before.Ports.Used.Keys.Where(g => !design.Ports.Used.ContainsKey(g)))
        {
            folder.DeleteEmptyFolder($"{gone}/state");
            folder.DeleteEmptyFolder(gone);
        }

        folder.Flush();
        Save(folder, plan.Manifest);
    }

    private static void Save(OutputFolder folder, RenderManifest manifest) =>
        folder.Write(new OutputFile(RenderManifest.FileName, manifest.Write(), OutputFile.Private));

    private static IEnumerable<string> MissingKeys(ChangePlan plan, RenderedGroup group)
    {
        string After(string path) => plan.Changes.First(c => c.Path == path).After!.Text;
        var keys = RenderFiles.KeyFile(group.Id.Value);
        var missing = RenderFiles.Missing(group, After($"{group.Id}/{SessionConfig.FileName}"), After(keys));
        return missing.Count == 0 ? [] : [$"group {group.Id} needs {string.Join(", ", missing)}: write it into {keys}"];
    }

    /// <exception cref="CreelException">There is something in the token's place that is none.</exception>
    private static string Token(OutputFolder? folder, string group)
    {
        var there = Trusted(folder, RenderFiles.TokenFile(group))?.Text.Trim();
        return there is null || KnownToken().IsMatch(there)
            ? there ?? NewToken()
            : throw new CreelException(
                Fault.Conflict(
                    "render-token",
                    $"{RenderFiles.TokenFile(group)} holds no token",
                    "Remove it, and a new one is made"
                )
            );
    }

    /// <summary>
    /// A file as it is there. What is secret, or says what is ours, is not taken from another user: who plants a token knows it, and who
    /// plants keys chooses whom the gateway talks to.
    /// </summary>
    /// <exception cref="CreelException">It belongs to neither this user nor root.</exception>
    private static FoundFile? Trusted(OutputFolder? folder, string path)
    {
        var found = folder?.Read(path);
        var group = path.Split('/')[0];
        return found is null || !Secret(group).Contains(path) || found.Owner.Uid == 0 || found.Owner.Uid == UnixUser.Current.Uid
            ? found
            : throw new CreelException(
                Fault.Refused(
                    "output-stranger",
                    $"{folder!.Path}/{path} belongs to another user (uid {found.Owner.Uid}), who may have planted it",
                    $"Remove it, and a new one is made; or, if it is meant: chown {UnixUser.Current.Uid} {folder.Path}/{path}"
                )
            );
    }

    private static string[] Secret(string group) =>
        [RenderManifest.FileName, RenderFiles.TokenFile(group), RenderFiles.KeyFile(group), RenderFiles.EnvironmentFile(group)];

    /// <summary>32 random bytes.</summary>
    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static bool IsOurs(RenderManifest before, string path, string? text) =>
        text is not null && before.Files.GetValueOrDefault(path) == RenderManifest.Hash(text);

    private static CreelException Nothing(string path) =>
        new(Fault.NotFound("render-none", $"creel render has made nothing in {path}", "Name the folder with -o"));

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{32,128}\z")]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"^OPENCLAW_GATEWAY_TOKEN=.*$", RegexOptions.Multiline)]
    private static partial Regex TokenLine();
}
