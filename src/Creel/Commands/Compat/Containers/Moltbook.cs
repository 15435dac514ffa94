using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat.Containers;

/// <summary>
/// <c>manage.sh moltbook-install</c>: the skill's files, fetched from inside the cell, so by its egress. They wait beside their
/// place until somebody has looked at them; what is installed then is what was looked at, by its hash.
/// </summary>
internal static class Moltbook
{
    private const string Host = "www.moltbook.com";

    /// <summary>Bytes of one file, at most.</summary>
    private const int Most = 1 << 20;

    private static readonly (string From, string To)[] Files =
    [
        ("skill.md", "SKILL.md"),
        ("heartbeat.md", "HEARTBEAT.md"),
        ("messaging.md", "MESSAGING.md"),
        ("skill.json", "package.json"),
    ];

    private const string Fetch = """
        set -eu
        mkdir -p -- "$1"
        curl -fsS --proto =https --max-redirs 0 --max-time 60 --max-filesize "$2" -o "$1/$4" -- "$3"
        size=$(wc -c <"$1/$4")
        test "$size" -le "$2" || { rm -f -- "$1/$4"; echo "it has $size bytes" >&2; exit 63; }
        cat -- "$1/$4"
        """;

    private const string Place = """
        set -eu
        rm -rf -- "$2.old"
        test ! -e "$2" || mv -- "$2" "$2.old"
        mv -- "$1" "$2"
        rm -rf -- "$2.old"
        """;

    /// <param name="words"><c>--accept HASH</c>: without a question, what has this hash.</param>
    public static async Task<int> InstallAsync(Call call, Claw claw, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var accepted = words switch
        {
            [] => null,
            ["--accept", { Length: 64 } hash] => hash.ToLowerInvariant(),
            _ => throw Bridge.Wrong("./manage.sh moltbook-install <N> [--accept <hash>]"),
        };
        var skills = $"{await HomeAsync(call, claw, cancel)}/.openclaw/skills";
        var (waiting, place) = ($"{skills}/.moltbook-to-review", $"{skills}/moltbook");
        call.Say($"Downloading the Moltbook skill into {claw.Id}...");
        var all = new List<string>();
        foreach (var (from, to) in Files)
        {
            var url = $"https://{Host}/{from}";
            string[] command = ["/bin/sh", "-c", Fetch, "sh", waiting, Most.ToString(CultureInfo.InvariantCulture), url, to];
            var got = await CellProgram.RunAsync(call, claw, command, default, cancel);
            if (got.ExitCode != 0)
            {
                throw Failed(claw, url, got);
            }

            var hash = Convert.ToHexStringLower(SHA256.HashData(got.Output));
            all.Add($"{hash}  {to}\n");
            call.Say($"  {hash}  {to}  {Words.Count(got.Output.Length, "byte", "bytes")}");
        }

        var whole = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(all))));
        call.Say($"  {whole}  all of them");
        if (accepted is not null && accepted != whole)
        {
            throw new ScriptException(ExitCodes.Refused, "Error: that is not what was accepted: nothing is installed.");
        }

        if (accepted is null && !await AgreedAsync(call, claw, waiting, whole, cancel))
        {
            return ExitCodes.Negative;
        }

        var placed = await CellProgram.RunAsync(call, claw, ["/bin/sh", "-c", Place, "sh", waiting, place], default, cancel);
        if (placed.ExitCode != 0)
        {
            throw new ScriptException(ExitCodes.Negative, $"Error: {PlainText.Line(Encoding.UTF8.GetString(placed.Output))}");
        }

        call.Say(
            $"\nInstalled in {claw.Id}: {place}\n\nNext steps:\n  ./manage.sh run {claw.Number} \"Read the moltbook skill\""
        );
        return ExitCodes.Ok;
    }

    /// <summary>A gateway that the runtime keeps has a home of its own.</summary>
    private static async Task<string> HomeAsync(Call call, Claw claw, CancellationToken cancel)
    {
        if (claw.Brain == "openclaw")
        {
            return "/var/lib/creel/openclaw";
        }

        var said = await CellProgram.RunAsync(call, claw, ["/bin/sh", "-c", "printf %s \"$HOME\""], default, cancel);
        return Encoding.UTF8.GetString(said.Output);
    }

    /// <summary>A skill is instructions that the agent will follow: somebody reads them first.</summary>
    private static async Task<bool> AgreedAsync(Call call, Claw claw, string waiting, string whole, CancellationToken cancel)
    {
        call.Note($"Read them first: ./manage.sh exec {claw.Number} cat {waiting}/SKILL.md");
        if (call.Io is { InputIsTerminal: true, ErrorIsTerminal: true })
        {
            return await call.ConfirmAsync($"Install them in {claw.Id}?", cancel);
        }

        call.Note($"Then: ./manage.sh moltbook-install {claw.Number} --accept {whole}");
        return false;
    }

    private static ScriptException Failed(Claw claw, string url, CellProgram got)
    {
        var why = PlainText.Line(Encoding.UTF8.GetString(got.Output), 200);
        return new ScriptException(
            ExitCodes.Negative,
            $"Error: {url} could not be fetched ({(got.ExitCode == 63 ? $"longer than {Most} bytes" : why)}): nothing is installed.\n"
                + $"If the egress of {claw.Id} does not list it: egress: [\"{Host}:443\"] in the habitat, then ./manage.sh up; "
                + "see creel proxy log --denied"
        );
    }
}
