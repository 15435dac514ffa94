using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Habitats.Gateway;

namespace Creel.Commands;

/// <summary>The habitat that a verb names, as the server wants it named.</summary>
internal static class HabitatFile
{
    public static Option<bool> Lenient() =>
        new("--lenient")
        {
            Description = "Unknown isolation levels and networks count as the older parser took them, with a warning",
        };

    private static readonly string[] Usual = ["habitat.json5", "habitat.json", "openclaw.json"];

    /// <summary>The absolute path; of a folder, the habitat in it. Null where none was named.</summary>
    /// <exception cref="CreelException">There is no such file.</exception>
    public static string? Path(Call call, string? written)
    {
        if (written is null)
        {
            return null;
        }

        var path = call.FullPath(written);
        if (Directory.Exists(path))
        {
            return Usual.Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists)
                ?? throw new CreelException(
                    Fault.NotFound(
                        "no-file",
                        $"there is no {string.Join(" or ", Usual)} in the folder {path}",
                        "name the file, as in: creel up my-habitat.json5"
                    )
                );
        }

        return File.Exists(path)
            ? path
            : throw new CreelException(
                Fault.NotFound("no-file", $"there is no file {path}", "name a habitat, as in: creel up habitat.json5")
            );
    }

    /// <summary>Where nobody named one: null is the habitat that is up; else the one in this folder, else an OpenClaw's.</summary>
    /// <exception cref="CreelException">There is none.</exception>
    public static async Task<string?> UnnamedAsync(Call call, CancellationToken cancel)
    {
        try
        {
            await call.Client.SendAsync(HttpMethod.Get, "habitat", null, cancel);
            return null;
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            var here = Usual.Select(call.FullPath).FirstOrDefault(File.Exists);
            var place = OpenClawPlace.Find(Variables(call), Home(call), at => File.Exists(at) || Directory.Exists(at));
            return here
                ?? (File.Exists(place.ConfigFile) ? place.ConfigFile : null)
                ?? throw new CreelException(
                    Fault.NotFound(
                        "no-file",
                        $"no habitat is up, and there is no {string.Join(" or ", Usual)} here and no {place.ConfigFile}",
                        "name one, as in: creel up habitat.json5"
                    )
                );
        }
    }

    private static Dictionary<string, string> Variables(Call call) =>
        new[] { "OPENCLAW_HOME", "OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR", "OPENCLAW_CONFIG_PATH", "OPENCLAW_PROFILE" }
            .Select(name => (Name: name, Value: call.Io.Variable(name)))
            .Where(v => v.Value is not null)
            .ToDictionary(v => v.Name, v => v.Value!);

    private static string Home(Call call) =>
        call.Io.Variable("HOME") is { Length: > 0 } home
            ? call.FullPath(home)
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>As it was written, so that problems show it so; of a folder, the habitat in it.</summary>
    public static string Shown(Call call, string written)
    {
        var path = Path(call, written)!;
        return Directory.Exists(call.FullPath(written))
            ? System.IO.Path.Combine(written, System.IO.Path.GetFileName(path))
            : written;
    }

    public static async Task<JsonElement> PlanAsync(
        Call call,
        string? file,
        bool lenient,
        string? profile,
        CancellationToken cancel
    ) =>
        await call.Client.SendAsync(
            HttpMethod.Post,
            "habitat/plan",
            Call.Body(
                new
                {
                    file,
                    lenient,
                    profile,
                }
            ),
            cancel
        );

    public static Option<string?> Profile()
    {
        var option = new Option<string?>("--profile")
        {
            Description = "An older habitat with Creel's defaults (hardened), or as open as its generator made it (contract)",
        };
        return option.AcceptOnlyFromAmong("hardened", "contract");
    }

    /// <summary>Warnings and notes of a plan, on standard error.</summary>
    public static void Remarks(Call call, PlanView plan)
    {
        if (plan.Problems is { Count: > 0 } problems)
        {
            ErrorReport.Problems(call.Io.Error, problems);
        }

        foreach (var note in (plan.Notes ?? []).Except((plan.Steps ?? []).SelectMany(step => step.Notes ?? [])))
        {
            call.Note(Terminal.PlainText.Line($"note: {note}"));
        }

        List<StepView> begun = [.. (plan.Steps ?? []).Where(step => step.Kind is "start" or "restart")];
        foreach (
            var line in CellNotes.Lines([
                .. begun.Select(step => (step.Group ?? step.Cell ?? "", (IReadOnlyList<string>?)step.Gets)),
            ])
        )
        {
            call.Note(Terminal.PlainText.Line(line));
        }

        // A step that ends a cell has no driver, and nothing to note.
        var cells = (plan.Steps ?? []).Where(step => step.Driver is not null);
        foreach (var note in CellNotes.Lines([.. cells.Select(step => (step.Group ?? step.Cell ?? "", step.Notes))]))
        {
            call.Note(Terminal.PlainText.Line(note));
        }
    }
}
