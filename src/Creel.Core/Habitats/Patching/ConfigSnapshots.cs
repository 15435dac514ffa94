using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Creel.Core.Habitats.Json5;
using Creel.Core.Policy;

namespace Creel.Core.Habitats.Patching;

/// <summary>From the texts of a habitat to what others may see of them.</summary>
public static partial class ConfigSnapshots
{
    /// <summary>No habitat is up.</summary>
    public static ConfigSnapshot None { get; } = new("", false, null, "{}", "{}", true, Sha(""), [], []);

    /// <summary>One is, and its file is gone.</summary>
    public static ConfigSnapshot Gone(string file) => None with { Path = file };

    public static ConfigSnapshot Of(HabitatSnapshot files)
    {
        var reading = files.Reading;
        var written = reading.Written ?? new Json5Object(Json5Place.Root(files.File), []);
        return new ConfigSnapshot(
            files.File,
            true,
            Raw(files.Input.Main, comments: true),
            Json5Text.Write(Redaction.Hide(written)),
            Json5Text.Write(Redaction.Hide(reading.Resolved ?? written, written)),
            reading.Model is not null,
            Hash(files),
            [.. reading.Issues.Select(Shown)],
            [
                .. reading
                    .Problems.Where(p => p.Severity == Severity.Warning)
                    .Select(p => Shown(new Issue(p.Dotted, p.Code ?? "warning", p.Message))),
            ]
        )
        {
            Bare = Raw(files.Input.Main, comments: false),
        };
    }

    /// <summary>Of one file its SHA-256, as OpenClaw has it; of several their revision.</summary>
    public static string Hash(HabitatSnapshot files) =>
        files.Input.Local is null && files.Included.Count == 0 ? Sha(files.Input.Main.Text) : files.Revision;

    /// <summary>A text that nobody can read has secrets nobody knows where: it is not shown.</summary>
    private static string? Raw(HabitatSource main, bool comments) =>
        Json5Reader.Read(main.File, main.Text) is { Problems.Count: 0, Root: { } root }
            ? ShownText.Of(main.Text, root, comments)
            : null;

    /// <summary>What is wrong may say what was written; where that is a secret's place, it does not.</summary>
    private static Issue Shown(Issue issue) =>
        issue with
        {
            Message = issue.Path.Split('.').Any(Masked.SoundsSecret)
                ? Quoted().Replace(issue.Message, $"'{Redaction.Mark}'")
                : SecretMask.InValue(issue.Message, Redaction.Mark),
        };

    /// <summary>What a message says was written there.</summary>
    [GeneratedRegex("'[^\n]*'|\"[^\n]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
