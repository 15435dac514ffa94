using System.Text;
using Creel.Core;

namespace Creel.Commands.Compat.Containers;

/// <summary>
/// <c>setup-identities.sh</c>: who each agent is, as files in its workspace. They go through standard input, and are looked at
/// afterwards; the old script's came out empty. What somebody has written stays, unless <c>--force</c> is said.
/// </summary>
internal static class Identities
{
    public const string IdentityFile = "IDENTITY.md";

    public static async Task<int> RunAsync(Call call, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var force = words.Contains("--force");
        List<string> names = [.. words.Where(word => word != "--force")];
        const string Start = "\nStart it with: ./manage.sh up";
        if (names.FirstOrDefault(name => name.StartsWith('-')) is not null)
        {
            throw Bridge.Wrong("./setup-identities.sh [--force] [name…]");
        }

        var claws = new List<Claw>();
        foreach (var name in names)
        {
            claws.Add(await Script.RunningAsync(call, name, Start, cancel));
        }

        if (names.Count == 0)
        {
            claws.AddRange((await Claw.AllAsync(call, cancel)).Where(claw => claw.Running));
        }

        if (claws.Count == 0)
        {
            throw new ScriptException(ExitCodes.Unavailable, $"Error: no agent is running.{Start}");
        }

        foreach (var claw in claws)
        {
            foreach (var (file, text) in Files(claw))
            {
                call.Say(
                    $"{claw.Id}: {file} {(await WriteAsync(call, claw, file, text, force, cancel) ? "written" : "is there already")}"
                );
            }

            await CellProgram.RunAsync(call, claw, ["rm", "-f", "--", "BOOTSTRAP.md"], default, cancel);
        }

        return ExitCodes.Ok;
    }

    /// <returns>False: there is one with something in it.</returns>
    private static async Task<bool> WriteAsync(
        Call call,
        Claw claw,
        string file,
        string text,
        bool force,
        CancellationToken cancel
    )
    {
        if (!force && (await CellProgram.RunAsync(call, claw, ["test", "-s", file], default, cancel)).ExitCode == 0)
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(text);

        // Under another name first: a reader sees the old or the new, never half of it.
        const string Write = "cat >\"$1.new\" && cat -- \"$1.new\" && mv -- \"$1.new\" \"$1\"";
        var written = await CellProgram.RunAsync(call, claw, ["/bin/sh", "-c", Write, "sh", file], bytes, cancel);
        return written.ExitCode == 0 && written.Output.AsSpan().SequenceEqual(bytes)
            ? true
            : throw new ScriptException(
                ExitCodes.Negative,
                $"Error: {file} of {claw.Id} could not be written: {Terminal.PlainText.Line(Encoding.UTF8.GetString(written.Output))}"
            );
    }

    private static IEnumerable<(string File, string Text)> Files(Claw claw)
    {
        var name = Terminal.PlainText.Line(claw.Name, 60);
        var (role, soul) = name.ToLowerInvariant() switch
        {
            "bart" => (
                "Creative / experimental",
                "Try the odd idea first. Say what you made up. Short sentences, and a joke where it helps."
            ),
            "lisa" => (
                "Analytical / careful",
                "Check before you claim. Name your sources and what you are not sure of. Order before speed."
            ),
            _ => ("Helper", "Do what is asked, say what you did, and say what you could not do."),
        };
        yield return (IdentityFile, $"# Identity\n\n- Name: {name}\n- Role: {role}\n- Home: {claw.Id}\n");
        yield return ("SOUL.md", $"# Soul\n\n{soul}\n");
        yield return (
            "USER.md",
            "# User\n\nWork comes from Homer, another agent, over bridge.sh. Answer in one message that stands by itself.\n"
        );
    }
}
