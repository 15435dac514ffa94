using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands;

/// <summary>What commands that change the habitat leave behind on disk, and how to be rid of it.</summary>
internal sealed class Workspaces
{
    private readonly Call call;
    private readonly HabitatView? habitat;

    private Workspaces(Call call, HabitatView? habitat) => (this.call, this.habitat) = (call, habitat);

    /// <summary>Asked before the change: afterwards the server knows no more of it.</summary>
    public static async Task<Workspaces> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return new Workspaces(call, Call.Read<HabitatView>(await call.Client.GetAsync("habitat", cancel)));
        }
        catch (CreelException)
        {
            // None is up, which whoever asked will be told.
            return new Workspaces(call, null);
        }
    }

    /// <summary>The file beside the habitat that commands write into; null where no habitat is up.</summary>
    public string? LocalFile =>
        habitat?.File is { } file
            ? Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}.local.json5")
            : null;

    /// <param name="agent">Only this one's; null: all.</param>
    /// <param name="deleted">The user asked for it; those that the habitat names stay all the same.</param>
    public void Tell(string? agent, bool deleted)
    {
        var theirs = (habitat?.Agents ?? []).Where(known => agent is null || known.Id == agent).ToList();
        var own = theirs.Where(known => known.Workspace is null).Select(known => Path.Combine(call.Home, "workspaces", known.Id));
        var named = theirs.Where(known => known.Workspace is not null).Select(known => known.Workspace!).ToList();
        if (deleted)
        {
            Say("deleted", [.. own]);
            Say($"{(named.Count == 1 ? "stays" : "stay")}, since the habitat names {(named.Count == 1 ? "it" : "them")}", named);
        }
        else
        {
            var paths = own.Where(Directory.Exists).Concat(named).ToList();
            Say(paths.Count == 1 ? "stays" : "stay", paths);
            if (paths.Count > 0)
            {
                call.Note($"  → to delete {(paths.Count == 1 ? "it" : "them")}: rm -r {string.Join(' ', paths.Select(Quoted))}");
            }
        }
    }

    /// <summary>For a shell.</summary>
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private void Say(string what, List<string> paths)
    {
        if (paths.Count > 0)
        {
            call.Note($"{(paths.Count == 1 ? "workspace" : "workspaces")} {what}: {string.Join(", ", paths)}");
        }
    }
}
