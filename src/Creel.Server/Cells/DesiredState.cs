using System.Text.Json;
using Creel.Core.Habitats;

namespace Creel.Server.Cells;

/// <summary>
/// Which habitat is wanted, written down with its texts: after a restart the last good one is known even when the file has
/// become wrong meanwhile, or is gone.
/// </summary>
internal sealed class DesiredState(string file)
{
    /// <summary>The last good texts with their revision; null where nothing is wanted.</summary>
    public (HabitatInput Input, string Revision)? Load()
    {
        if (!File.Exists(file) || JsonSerializer.Deserialize<Written>(File.ReadAllText(file)) is not { } written)
        {
            return null;
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
        var texts = included.Values.Append(input.Main.Text).Append(input.Local?.Text);
        // Only what the texts name: the rest of the environment is none of this file's business.
        var named = input
            .Variables.Where(v => texts.Any(text => text?.Contains($"${{{v.Key}}}", StringComparison.Ordinal) == true))
            .ToDictionary();
        Write(
            new Written(
                snapshot.Revision,
                input.Main,
                input.Local,
                named,
                input.BaseFolder,
                input.HomeFolder,
                included,
                input.Lenient
            )
        );
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
