using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;

namespace Creel.Server.Cells;

/// <summary>The habitat that is in force: the last one that was right and accepted. A wrong file never replaces it.</summary>
internal sealed class HabitatKeeper(IHabitatFiles files, DesiredState desired)
{
    private volatile Held? held;

    public HabitatModel? Current => held?.Model;

    /// <summary>The file that <see cref="Current"/> was read from.</summary>
    public string? File => held?.File;

    /// <summary>Of the texts that <see cref="Current"/> was read from.</summary>
    public string? Revision => held?.Revision;

    /// <summary>No habitat is to be up; false also where one is, but could not be read.</summary>
    public bool NothingWanted { get; private set; } = true;

    /// <summary>Finds what was in force before this serve started; the texts of then, until somebody applies the file again.</summary>
    public IReadOnlyList<Problem> Restore()
    {
        if (desired.Load() is not var (input, revision))
        {
            return [];
        }

        NothingWanted = false;
        var reading = HabitatReader.Read(input);
        if (reading.Model is { } model)
        {
            held = new Held(input.Main.File, input.Lenient, revision, model);
        }

        return reading.Problems;
    }

    /// <summary>Reads a habitat without taking it.</summary>
    /// <param name="file">Null: the one in force, as its file is now.</param>
    /// <exception cref="CreelException">No file was named and none is in force, or it can't be read.</exception>
    public HabitatSnapshot Read(string? file, bool lenient)
    {
        if (file is not null && !Path.IsPathFullyQualified(file))
        {
            throw new CreelException(
                Fault.Invalid("habitat-path", "the path of a habitat is absolute here", "Send the whole path.")
            );
        }

        if (file is not null)
        {
            return files.Read(file, lenient);
        }

        var known = InForce();
        return files.Read(known.File, known.Lenient);
    }

    /// <summary>Puts it in force, on disk first.</summary>
    public void Accept(HabitatSnapshot snapshot)
    {
        var model = snapshot.Reading.Required();
        desired.Save(snapshot);
        held = new Held(snapshot.File, snapshot.Input.Lenient, snapshot.Revision, model);
    }

    public void Clear()
    {
        desired.Clear();
        held = null;
    }

    /// <param name="agent">Its entry of <c>agents.list</c>: a JSON object.</param>
    public Task<HabitatSnapshot> AddAgentAsync(JsonElement agent, CancellationToken cancel)
    {
        var known = InForce();
        if (
            agent.ValueKind != JsonValueKind.Object
            || !agent.TryGetProperty("id", out var id)
            || id.ValueKind != JsonValueKind.String
        )
        {
            throw new CreelException(Fault.Invalid("agent", "an agent is a JSON object with an 'id'"));
        }

        var keys = agent
            .EnumerateObject()
            .Where(p => p.Name != "id" && p.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary(p => p.Name, p => p.Value.GetRawText());
        return files.ChangeAsync(
            known.File,
            known.Lenient,
            new HabitatChange.Add(AgentId.Parse(id.GetString()), keys),
            cancel: cancel
        );
    }

    public Task<HabitatSnapshot> RemoveAgentAsync(AgentId agent, CancellationToken cancel)
    {
        var known = InForce();
        return files.ChangeAsync(known.File, known.Lenient, new HabitatChange.Remove(agent), cancel: cancel);
    }

    private Held InForce() => held ?? throw NothingUp();

    public static CreelException NothingUp() =>
        new(Fault.NotFound("habitat", "no habitat is up", "Bring one up: creel up FILE."));

    private sealed record Held(string File, bool Lenient, string Revision, HabitatModel Model);
}
