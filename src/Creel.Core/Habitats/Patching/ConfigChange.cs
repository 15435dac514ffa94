using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Local;

namespace Creel.Core.Habitats.Patching;

/// <summary>From what somebody wants the whole to be, to the one text that says it.</summary>
public static class ConfigChange
{
    /// <summary>The names of a file in OpenClaw's own format: it is written in place, as OpenClaw does it, and has no local file.</summary>
    public static readonly IReadOnlyList<string> InPlace = ["openclaw.json", "clawdbot.json", "moldbot.json", "moltbot.json"];

    public static bool IsInPlace(string file) => InPlace.Contains(file[(file.LastIndexOf('/') + 1)..]);

    /// <param name="raw">JSON5 text.</param>
    /// <param name="patch">A merge patch; otherwise the whole.</param>
    /// <param name="now">For the stamp of a file that is written in place.</param>
    /// <returns>The change; or why there is none. Both null: it changes nothing.</returns>
    public static (HabitatChange? Change, ConfigOutcome.Refused? Refused) Of(
        HabitatSnapshot files,
        string raw,
        bool patch,
        DateTimeOffset now
    )
    {
        var reading = Json5Reader.Read("raw", raw);
        if (reading.Problems.Count > 0 || reading.Root is null)
        {
            var why = reading.Problems.Count > 0 ? reading.Problems[0].ToString() : "it is empty";
            return (null, Refuse(ConfigRefusal.ParseError, $"{why}"));
        }

        if (reading.Root is not Json5Object sent)
        {
            return (null, Refuse(ConfigRefusal.NotAnObject, $"config.{(patch ? "patch" : "set")} raw must be an object"));
        }

        var (written, resolved) = (files.Reading.Written!, files.Reading.Resolved!);
        if (!patch && IsInPlace(files.File))
        {
            var own = Tree(files.Input.Main);
            return Whole(files, Restored(sent, own, own, out var lost), own, lost, now);
        }

        var after = patch ? MergePatch.Apply(written, sent) : sent;
        after = Restored(after, written, resolved, out var unknown);
        return unknown is { } path ? (null, Unknown(path)) : To(files, after, now);
    }

    /// <summary>The change that makes the whole this.</summary>
    /// <param name="after">A JSON object.</param>
    public static (HabitatChange? Change, ConfigOutcome.Refused? Refused) To(
        HabitatSnapshot files,
        string after,
        DateTimeOffset now
    ) => To(files, (Json5Object)Json5Reader.Read("change", after).Root!, now);

    private static (HabitatChange?, ConfigOutcome.Refused?) To(HabitatSnapshot files, Json5Object after, DateTimeOffset now)
    {
        var written = files.Reading.Written!;
        if (TreeWalk.Same(written, after))
        {
            return (null, null);
        }

        if (IsInPlace(files.File))
        {
            var own = Tree(files.Input.Main);
            Json5Member? there = null;
            // What the local file says stays there.
            var part = files.Input.Local is { } beside ? FileEdit.Local(Tree(beside), after, out there) : after;
            if (there is { } held)
            {
                return (null, Elsewhere(held, "commands of Creel's wrote it there"));
            }

            var edited = FileEdit.InPlace(own, files.Reading.Main!, part, out var stuck);
            return stuck is { } key
                ? (null, Elsewhere(key, "it comes by $include"))
                : (new HabitatChange.Rewritten(Text(edited, now), Json5Text.Write(after)), null);
        }

        var local = FileEdit.Local(files.Reading.Main!, after, out var clash);
        return clash is { } said
            ? (null, Elsewhere(said, "a key that the habitat file says is a person's"))
            : (new HabitatChange.Laid(Json5Text.Write(local), Json5Text.Write(after)), null);
    }

    /// <summary>The whole as it is written, as JSON.</summary>
    public static string Whole(HabitatSnapshot files) =>
        files.Reading.Written is { } written
            ? Json5Text.Write(written)
            : throw new CreelException(Fault.Invalid("habitat", "the habitat is wrong: creel habitat check"));

    /// <summary>What a change would come to, with the files as they were.</summary>
    public static HabitatReading Foresee(HabitatSnapshot files, HabitatChange change) =>
        HabitatReader.Read(
            change switch
            {
                HabitatChange.Rewritten main => files.Input with { Main = files.Input.Main with { Text = main.Text } },
                HabitatChange.Laid local => files.Input with { Local = new HabitatSource(files.LocalFile, local.Text) },
                _ => files.Input,
            }
        );

    /// <summary>Whether the whole is this, whatever the order of its keys; but for the stamp of who wrote it.</summary>
    public static bool ComesTo(HabitatSnapshot files, string result) =>
        files.Reading.Written is { } written
        && TreeWalk.Same(Unstamped(written), Unstamped(Tree(new HabitatSource("result", result))));

    private static Json5Object Unstamped(Json5Object root) =>
        root with
        {
            Members = [.. root.Members.Where(m => m.Key != "meta")],
        };

    private static Json5Object Tree(HabitatSource source) => (Json5Object)Json5Reader.Read(source.File, source.Text).Root!;

    private static (HabitatChange?, ConfigOutcome.Refused?) Whole(
        HabitatSnapshot files,
        Json5Object after,
        Json5Object own,
        string? unknown,
        DateTimeOffset now
    )
    {
        if (unknown is { } path)
        {
            return (null, Unknown(path));
        }

        return TreeWalk.Same(own, after) ? (null, null) : (new HabitatChange.Rewritten(Text(after, now), null), null);
    }

    private static Json5Object Restored(Json5Object after, Json5Object written, Json5Object resolved, out string? unknown)
    {
        var found = Redaction.Restore(after, written, out unknown);
        return (Json5Object)References.Restore(found, written, resolved);
    }

    /// <summary>Pretty JSON, with the time at which it was written.</summary>
    private static string Text(Json5Object root, DateTimeOffset now)
    {
        var at = root.At;
        var stamp = new Json5Member(
            "lastTouchedAt",
            at,
            new Json5String(at, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"))
        );
        var meta = root.Value("meta") as Json5Object ?? new Json5Object(at, []);
        var stamped = meta with { Members = [.. meta.Members.Where(m => m.Key != stamp.Key), stamp] };
        var members = root.Members.Where(m => m.Key != "meta").Append(new Json5Member("meta", at, stamped));
        return Json5Text.Write(root with { Members = [.. members] }, indented: true) + "\n";
    }

    private static ConfigOutcome.Refused Unknown(string path) =>
        Refuse(ConfigRefusal.Invalid, $"Sentinel value \"{Redaction.Mark}\" in key {path} is not valid as real data");

    private static ConfigOutcome.Refused Elsewhere(Json5Member said, string why) =>
        Refuse(ConfigRefusal.SaidElsewhere, $"{Slug.Quote(said.Key)} is said at {said.KeyAt}, and {why}: change it there");

    private static ConfigOutcome.Refused Refuse(ConfigRefusal reason, string message) => new(reason, message, []);
}
