using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Server.Cells;

/// <summary>
/// Which habitat is wanted, written down with its texts: after a restart the last good one is known even when the file has
/// become wrong meanwhile, or is gone.
/// </summary>
internal sealed class DesiredState(string file)
{
    private const string Placeholder = "(not written down)";

    /// <summary>The last good texts with their revision; null where nothing is wanted.</summary>
    public (HabitatInput Input, string Revision)? Load()
    {
        if (!File.Exists(file))
        {
            return null;
        }

        Written written;
        try
        {
            written = JsonSerializer.Deserialize<Written>(File.ReadAllText(file)) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "desired-state",
                    $"{file} is damaged, so it is not known what should run",
                    "Remove it and bring the habitat up again: creel up FILE."
                ),
                e
            );
        }

        var input = new HabitatInput
        {
            Main = written.Main,
            Local = written.Local,
            Variables = written.Variables,
            BaseFolder = written.BaseFolder,
            HomeFolder = written.HomeFolder,
            Include = path => written.Included.GetValueOrDefault(path),
            Lenient = written.Lenient,
        };
        return (input, written.Revision);
    }

    public void Save(HabitatSnapshot snapshot)
    {
        var (input, included) = (snapshot.Input, snapshot.Included);
        Write(
            new Written(
                snapshot.Revision,
                input.Main,
                input.Local,
                Needed(snapshot),
                input.BaseFolder,
                input.HomeFolder,
                included,
                input.Lenient
            )
        );
    }

    /// <summary>
    /// The variables that reading it again needs. A value is kept only where the model shows it, as in a workspace's path. What stands
    /// in the sections of other rooms, where tokens are, is kept as a placeholder: Creel writes no secret down.
    /// </summary>
    private static Dictionary<string, string> Needed(HabitatSnapshot snapshot)
    {
        var input = snapshot.Input;
        var texts = snapshot.Included.Values.Append(input.Main.Text).Append(input.Local?.Text);
        var kept = input
            .Variables.Where(v => texts.Any(text => text?.Contains($"${{{v.Key}}}", StringComparison.Ordinal) == true))
            .ToDictionary();
        var model = HabitatJson.Write(snapshot.Reading.Required());
        foreach (var name in kept.Keys.ToList())
        {
            var without = new Dictionary<string, string>(kept) { [name] = Placeholder };
            var reading = HabitatReader.Read(input with { Variables = without });
            if (reading.Model is { } same && HabitatJson.Write(same) == model)
            {
                kept = without;
            }
        }

        return kept;
    }

    public void Clear() => File.Delete(file);

    private void Write(Written written)
    {
        var temporary = file + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, written);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }

    private sealed record Written(
        string Revision,
        HabitatSource Main,
        HabitatSource? Local,
        IReadOnlyDictionary<string, string> Variables,
        string BaseFolder,
        string? HomeFolder,
        IReadOnlyDictionary<string, string?> Included,
        bool Lenient
    );
}
