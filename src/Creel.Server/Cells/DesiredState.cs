using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>
/// Which habitat is wanted, or that none is, written down with its texts: after a restart the last good one is known even when
/// the file has become wrong meanwhile, or is gone; and what was begun is finished.
/// </summary>
internal sealed class DesiredState(IDesiredStore store)
{
    private const string Placeholder = "(not written down)";

    private Written last = new(null, null, null, null, null, null, null, false, default, null, null);

    /// <summary>Null where nothing was ever written down.</summary>
    /// <exception cref="CreelException">It is damaged.</exception>
    public Desired? Load()
    {
        if (store.Load() is not { } text)
        {
            return null;
        }

        try
        {
            last = JsonSerializer.Deserialize<Written>(text) ?? throw new JsonException("null");
            return new Desired(last.Input(), last.Revision, [.. (last.Deleting ?? []).Select(AgentId.Parse)], last.Intent);
        }
        catch (Exception e) when (e is JsonException or CreelException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "desired-state",
                    $"{store.Name} is damaged, so it is not known what should run",
                    "Remove it and bring the habitat up again: creel up FILE."
                ),
                e
            );
        }
    }

    public void Save(HabitatSnapshot snapshot, IEnumerable<AgentId> deleting)
    {
        var input = snapshot.Input;
        Write(
            new Written(
                snapshot.Revision,
                input.Main,
                input.Local,
                Needed(snapshot),
                input.BaseFolder,
                input.HomeFolder,
                snapshot.Included,
                input.Lenient,
                input.Profile,
                Words(deleting),
                null
            )
        );
    }

    public void SaveNothing(IEnumerable<AgentId> deleting) =>
        Write(new Written(null, null, null, null, null, null, null, false, default, Words(deleting), null));

    /// <summary>What is wanted stays as it is; only what is still to be deleted changes.</summary>
    public void SaveDeleting(IEnumerable<AgentId> deleting) => Write(last with { Deleting = Words(deleting), Intent = null });

    /// <summary>What is wanted stays as it is; written before the habitat's local file is changed.</summary>
    public void SaveIntent(Intent intent) => Write(last with { Intent = intent });

    /// <summary>It came to nothing.</summary>
    public void DropIntent() => Write(last with { Intent = null });

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
        var model = Shown(snapshot.Reading.Required());
        foreach (var name in kept.Keys.ToList())
        {
            var without = new Dictionary<string, string>(kept) { [name] = Placeholder };
            var reading = HabitatReader.Read(input with { Variables = without });
            if (reading.Model is { } same && Shown(same) == model)
            {
                kept = without;
            }
        }

        return kept;
    }

    private static string Shown(HabitatModel model) => HabitatJson.Write(model) + model.Gateway.Text;

    private static string[] Words(IEnumerable<AgentId> agents) => [.. agents.Select(a => a.Value)];

    private void Write(Written written)
    {
        store.Save(JsonSerializer.Serialize(written));
        last = written;
    }

    private sealed record Written(
        string? Revision,
        HabitatSource? Main,
        HabitatSource? Local,
        IReadOnlyDictionary<string, string>? Variables,
        string? BaseFolder,
        string? HomeFolder,
        IReadOnlyDictionary<string, string?>? Included,
        bool Lenient,
        HabitatProfile Profile,
        IReadOnlyList<string>? Deleting,
        Intent? Intent
    )
    {
        public HabitatInput? Input() =>
            Main is null
                ? null
                : new HabitatInput
                {
                    Main = Main,
                    Local = Local,
                    Variables = Variables ?? new Dictionary<string, string>(),
                    BaseFolder = BaseFolder ?? "/",
                    HomeFolder = HomeFolder,
                    StateFolder = ConfigChange.IsInPlace(Main.File) ? BaseFolder : null,
                    Include = path => Included?.GetValueOrDefault(path),
                    Lenient = Lenient,
                    Profile = Profile,
                };
    }
}
