using System.Globalization;
using System.Text;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Prompts;

/// <summary>Makes the files that a workspace is begun with. What is there is never touched.</summary>
internal static class WorkspaceSeed
{
    private const string StateFile = ".openclaw/workspace-state.json";
    private const string Bootstrap = "BOOTSTRAP.md";

    /// <summary>Who sees one of these has begun already.</summary>
    private static readonly string[] OwnContent = ["memory", "MEMORY.md", ".git"];

    /// <returns>The workspace was empty.</returns>
    public static bool Plant(Workspace workspace, WelcomeAgent agent, Action<string> warn)
    {
        if (agent.Mind?.SkipBootstrap == true)
        {
            return false;
        }

        try
        {
            var empty = !Directory.EnumerateFileSystemEntries(workspace.Path).Any();
            Plant(workspace, agent);
            return empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"The workspace's files could not be made: {e.Message}");
            return false;
        }
    }

    private static void Plant(Workspace workspace, WelcomeAgent agent)
    {
        var state = State(workspace);
        var began = state.Word("bootstrapSeededAt");
        var fresh = began is null && !HasOwnContent(workspace);
        foreach (var (name, text) in SeedTexts.All)
        {
            Create(workspace, name, text.Replace("{name}", agent.Mind?.Identity?.Name ?? agent.Name));
        }

        if (fresh)
        {
            Create(workspace, Bootstrap, SeedTexts.Bootstrap);
            began = Now();
        }

        var done = state.Word("onboardingCompletedAt");
        if (began is not null && done is null && !Path.Exists(Path.Combine(workspace.Path, Bootstrap)))
        {
            done = Now();
        }

        if (began != state.Word("bootstrapSeededAt") || done != state.Word("onboardingCompletedAt"))
        {
            Keep(workspace, began, done);
        }
    }

    private static bool HasOwnContent(Workspace workspace) =>
        OwnContent.Any(name => Path.Exists(Path.Combine(workspace.Path, name)))
        || ((string[])["IDENTITY.md", "USER.md"]).Any(name => Path.Exists(Path.Combine(workspace.Path, name)));

    private static JsonElement State(Workspace workspace) =>
        workspace.Read(StateFile, 64 * 1024, out _) is { } bytes && JsonText.Parse(Encoding.UTF8.GetString(bytes)) is { } json
            ? json
            : default;

    private static void Keep(Workspace workspace, string? began, string? done)
    {
        var path = Path.Combine(workspace.Path, StateFile);
        var folder = Path.GetDirectoryName(path)!;
        if (new DirectoryInfo(folder).LinkTarget is not null)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var beside = path + ".new";
        OwnFile.Write(
            beside,
            ResponseBody.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("version", 1);
                if (began is not null)
                {
                    json.WriteString("bootstrapSeededAt", began);
                }

                if (done is not null)
                {
                    json.WriteString("onboardingCompletedAt", done);
                }

                json.WriteEndObject();
            })
        );
        OwnFile.Move(beside, path);
    }

    private static void Create(Workspace workspace, string name, string text)
    {
        var path = Path.Combine(workspace.Path, name);
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            return;
        }

        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
