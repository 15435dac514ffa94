using Creel.Commands.Outbound;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat.Containers;

/// <summary>The old project up and down, and single agents in and out of it.</summary>
internal static class ProjectUp
{
    public static async Task<int> UpAsync(Call call, CancellationToken cancel)
    {
        await WarnOfKeyAsync(call, cancel);
        var file = new Project(call).Ensure();
        if (await Claw.HabitatAsync(call, cancel) is { File: { } other } && other != file)
        {
            throw new ScriptException(
                ExitCodes.Conflict,
                $"Error: another habitat is up: {PlainText.Line(other)}.\nTake it down first: creel down"
            );
        }

        call.Say("Starting all containers...");
        var plan = Call.Read<PlanView>(await HabitatFile.PlanAsync(call, file, lenient: false, profile: null, cancel));
        HabitatFile.Remarks(call, plan);
        var body = Call.Body(
            new
            {
                file,
                lenient = false,
                deleteWorkspaces = false,
                by = UpCommand.Asker,
            }
        );
        var exit = await QuietlyAsync(call, HttpMethod.Post, "habitat/apply", body, cancel);
        foreach (var claw in await Claw.AllAsync(call, cancel))
        {
            // Those that rm or creel agent stop had ended: an apply leaves them as they were wanted.
            if (claw.Cell?.State == "stopped")
            {
                await call.Client.SendAsync(HttpMethod.Post, $"agents/{claw.Id}/start", [], cancel);
            }
        }

        await Manage.StatusAsync(call, cancel);
        return exit;
    }

    /// <param name="delete">Homes, sessions, and workspaces that Creel made; never <c>shared/</c>.</param>
    public static async Task<int> DownAsync(Call call, bool delete, CancellationToken cancel)
    {
        if (await Claw.HabitatAsync(call, cancel) is not { File: { } file })
        {
            return ExitCodes.Ok;
        }

        // What is up may be somebody else's: taking it down, homes and all, is not what was asked for here.
        var folder = new Project(call).Folder;
        return Path.GetDirectoryName(file) == folder
            ? await QuietlyAsync(
                call,
                HttpMethod.Post,
                "habitat/down",
                Call.Body(new { deleteWorkspaces = delete, by = UpCommand.Asker }),
                cancel
            )
            : throw new ScriptException(
                ExitCodes.Conflict,
                $"Error: what is up is {PlainText.Line(file)}, which is not of {folder}.\nTake it down with: creel down"
            );
    }

    public static async Task<int> AddAsync(Call call, int number, CancellationToken cancel)
    {
        var project = new Project(call);
        var id = $"openclaw-{number}";
        if ((await Claw.AllAsync(call, cancel)).FirstOrDefault(claw => claw.Number == number || claw.Id == id) is { } there)
        {
            throw new ScriptException(ExitCodes.Conflict, $"Error: {there.Id} is there already, as number {there.Number}.");
        }

        call.Say($"Starting {id}...");
        project.MakeShared(number);
        var body = Call.Body(
            new
            {
                id,
                number,
                workspace = project.Shared(number),
            }
        );
        var exit = await QuietlyAsync(call, HttpMethod.Post, "habitat/agents", body, cancel);
        if (exit == ExitCodes.Ok)
        {
            call.Say($"{id} is running.");
        }

        return exit;
    }

    public static async Task<int> RemoveAsync(Call call, int number, CancellationToken cancel)
    {
        var claw = await Script.FindAsync(call, $"{number}", Manage.Start, cancel);
        call.Say($"Stopping and removing {claw.Id}...");
        var exit = ExitCodes.Ok;
        try
        {
            exit = await QuietlyAsync(call, HttpMethod.Delete, $"habitat/agents/{claw.Id}", null, cancel);
        }
        catch (CreelException e) when (e.Fault.Code == "agent-declared")
        {
            await call.Client.SendAsync(HttpMethod.Post, $"agents/{claw.Id}/stop", [], cancel);
            call.Note($"note: {claw.Id} is stopped; {PlainText.Line(e.Fault.Message)}; ./manage.sh up starts it again");
        }

        if (exit == ExitCodes.Ok)
        {
            call.Say($"Done. Shared files remain in shared/{claw.Id}/");
        }

        return exit;
    }

    private static async Task WarnOfKeyAsync(Call call, CancellationToken cancel)
    {
        var keys = Call.Read<ProxyView>(await call.Client.GetAsync("proxy", cancel)).Read()?.Keys ?? [];
        if (keys.All(key => key.Upstream != "anthropic"))
        {
            var set = call.Io.Variable("ANTHROPIC_API_KEY") is { Length: > 0 }
                ? "printenv ANTHROPIC_API_KEY | creel key set anthropic"
                : "creel key set anthropic";
            call.Say($"Warning: the proxy has no key for anthropic.\nThe API proxy needs it. Give it one:\n  {set}\n");
        }
    }

    /// <summary>Steps that fail are told, the others are not: the old scripts' output was read by others.</summary>
    private static async Task<int> QuietlyAsync(Call call, HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        var board = new ApplyBoard();
        await foreach (var line in call.Client.LinesAsync(method, path, body, cancel))
        {
            var happened = Call.Read<ProgressEvent>(line);
            board.Take(happened);
            switch (happened.Event)
            {
                case "fault":
                    throw new CreelException(
                        new Fault(
                            happened.Code == "agent-declared" ? FaultKind.Refused : FaultKind.ApplyFailed,
                            happened.Code ?? "apply-failed",
                            happened.Error ?? "it failed",
                            happened.Remedy
                        )
                    );
                case "done":
                    foreach (var failure in board.Failures)
                    {
                        call.Note(PlainText.Line(failure));
                    }

                    return happened.Ok ? ExitCodes.Ok : ExitCodes.ApplyFailed;
            }
        }

        throw new CreelException(Fault.Unavailable("apply-cut", "the server went away before it was done", "run the same again"));
    }
}
