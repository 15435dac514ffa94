using Creel.Core.Habitats;
using Creel.Core.Rendering;
using Creel.Terminal;

namespace Creel.Commands.Rendering;

/// <summary>What was rendered, for people and for programs.</summary>
internal static class RenderReport
{
    /// <summary>Warnings.</summary>
    public static void Warn(Call call, IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            ErrorReport.Problems(call.Io.Error, problems);
        }
    }

    public static void Show(Call call, RenderRequest request, RenderResult result)
    {
        var changes = result.Plan.Changes.Where(c => c.Act != FileAct.Same).ToList();
        if (call.Json)
        {
            call.Print(
                new
                {
                    folder = request.Folder,
                    written = !request.PlanOnly,
                    groups = result.Design.Groups.Select(g => new
                    {
                        group = g.Id.Value,
                        target = Word(g.Target),
                        port = g.Port,
                        network = Word(g.Network),
                        agents = g.Agents.Select(a => a.Id.Value),
                    }),
                    changes = changes.Select(c => new { path = c.Path, change = Word(c.Act) }),
                    notes = result.Notes,
                }
            );
            return;
        }

        foreach (var change in changes)
        {
            call.Say($"{Sign(change.Act)} {change.Path}");
            if (request.PlanOnly)
            {
                Lines(call, change);
            }
        }

        foreach (var note in result.Notes)
        {
            call.Note($"note: {note}");
        }

        Summary(call, request, result, changes.Count(c => c.Act != FileAct.Leave));
    }

    /// <summary>Only of what everybody may read: the others hold secrets.</summary>
    private static void Lines(Call call, FileChange change)
    {
        if (change is { Act: FileAct.Replace, Before: { } before, After: { Mode: OutputFile.Open } after })
        {
            foreach (var line in TextDifference.Of(before.Text, after.Text))
            {
                call.Say($"    {line}");
            }
        }
    }

    private static void Summary(Call call, RenderRequest request, RenderResult result, int changed)
    {
        if (changed == 0)
        {
            call.Say("nothing to do: the files are as the habitat says");
            return;
        }

        foreach (var group in result.Design.Groups)
        {
            call.Say(
                $"{group.Id}: {Word(group.Target)}, port {group.Port}, network {Word(group.Network)}, {Words.Count(group.Agents.Count, "agent", "agents")}"
            );
        }

        if (request.PlanOnly)
        {
            return;
        }

        string[] gone =
        [
            .. result
                .Plan.Changes.Where(c => c.Act == FileAct.Remove)
                .Select(c => c.Path)
                .Where(path => !path.Contains('/') && Path.GetExtension(path) is (".service" or ".socket")),
        ];
        if (gone.Length > 0)
        {
            call.Note($"  → what is gone may still be up: systemctl disable --now {string.Join(' ', gone)}");
        }

        if (result.Design.Groups.FirstOrDefault(g => g.Target == RenderTarget.Systemd) is { } unit)
        {
            var ending = unit.HasDoor ? "socket" : "service";
            var users = request.Options.User is null ? $"systemd-sysusers {request.Folder}/openclaw-users.conf && " : "";
            call.Note(
                $"  → start one, as root: {users}systemctl link {request.Folder}/openclaw-{unit.Id}.* && "
                    + $"systemctl enable --now openclaw-{unit.Id}.{ending}"
            );
        }

        if (result.Design.Groups.Any(g => g.Target == RenderTarget.Compose))
        {
            call.Note($"  → start them: docker-compose -f {request.Folder}/docker-compose.yaml up -d");
        }
    }

    private static string Sign(FileAct act) =>
        act switch
        {
            FileAct.Add => "+",
            FileAct.Replace => "~",
            FileAct.Remove => "-",
            _ => "left, since somebody has changed it:",
        };

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
