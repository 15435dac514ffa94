using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent register ID</c>: lets an agent dial in that Creel did not start.</summary>
internal static class RegisterCommand
{
    private sealed record Options(
        Argument<string> Id,
        Option<string?> Type,
        Option<string?> Capabilities,
        Option<string?> TokenFile
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            new("ID") { Description = "The agent's id" },
            new("--type") { Description = "What kind of agent it is (generic)", HelpName = "TYPE" },
            new("--capabilities") { Description = "What it can do, with commas", HelpName = "LIST" },
            new("--token-file")
            {
                Description = "Write its token into this new file (0600), and show it nowhere",
                HelpName = "FILE",
            }
        );
        var command = new Command("register", "Let an agent dial in that runs elsewhere; shows its token once")
        {
            options.Id,
            options.Type,
            options.Capabilities,
            options.TokenFile,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var id = AgentId.Parse(call.Value(options.Id)).Value;
        var capabilities =
            call.Value(options.Capabilities)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? [];

        // Opened first: a token that can't be written would be lost.
        await using var file = call.Value(options.TokenFile) is { } path ? Create(call.FullPath(path)) : null;
        var body = Call.Body(new { agentId = id, metadata = new { type = call.Value(options.Type) ?? "generic", capabilities } });
        var answer = await call.Client.SendAsync(HttpMethod.Post, "agents/register", body, cancel);
        var registered = Call.Read<RegisteredView>(answer);
        if (file is not null)
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(registered.Token + "\n"), cancel);
            call.Note($"{id} is registered; its token is in {file.Name}");
        }

        if (call.Json)
        {
            call.Print(file is null ? (object)answer : new { agent = new { id }, tokenFile = file.Name });
        }
        else if (file is null)
        {
            call.Say(registered.Token);
            call.Note($"{id} is registered; its token is shown this once");
        }

        return ExitCodes.Ok;
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Conflict("token-file", $"cannot create {path}: {e.Message}", "name a file that is not there yet"),
                e
            );
        }
    }
}
