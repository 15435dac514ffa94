using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;
using Creel.Core.Outbound;

namespace Creel.Server.Cells;

/// <summary>The habitat that is in force: the last one that was right and accepted. A wrong file never replaces it.</summary>
internal sealed class HabitatKeeper(IHabitatFiles files, DesiredState desired)
{
    private readonly HabitatInForce force = new(files, desired);

    /// <summary>Another habitat is in force, or none: from the thread that put it there.</summary>
    public event Action Replaced
    {
        add => force.Replaced += value;
        remove => force.Replaced -= value;
    }

    public HabitatModel? Current => force.Held?.Model;

    /// <summary>The file that <see cref="Current"/> was read from.</summary>
    public string? File => force.Held?.File;

    /// <summary>Of the texts that <see cref="Current"/> was read from.</summary>
    public string? Revision => force.Held?.Revision;

    /// <summary>It is known what should run, be it nothing. Otherwise what runs is left alone.</summary>
    public bool Known => force.Known;

    /// <summary>Finds what was in force before this serve started; the texts of then, until somebody applies the file again.</summary>
    /// <exception cref="CreelException">What was written down is damaged.</exception>
    public IReadOnlyList<Problem> Restore() => force.Restore();

    /// <summary>The workspaces that were to be deleted are.</summary>
    public void Finished() => force.Finished();

    /// <summary>Reads a habitat without taking it.</summary>
    /// <param name="file">Null: the one in force, as its file is now.</param>
    /// <exception cref="CreelException">No file was named and none is in force, or it can't be read.</exception>
    public HabitatSnapshot Read(string? file, HabitatManner manner)
    {
        if (file is not null && !Path.IsPathFullyQualified(file))
        {
            throw new CreelException(
                Fault.Invalid("habitat-path", "the path of a habitat is absolute here", "Send the whole path.")
            );
        }

        if (file is not null)
        {
            return files.Read(file, manner);
        }

        var known = force.Required();
        return files.Read(known.File, known.Manner);
    }

    /// <exception cref="CreelException">The habitat is wrong.</exception>
    public Wish Take(HabitatSnapshot candidate, bool deleteWorkspaces)
    {
        var model = candidate.Reading.Required();
        return new Wish(
            model,
            candidate.Reading.Problems,
            Gone(model),
            _ =>
            {
                // While it waited for its turn, an agent may have been created or taken out: that must not be undone unseen.
                if (files.Read(candidate.File, candidate.Input.Manner).Revision != candidate.Revision)
                {
                    throw HabitatInForce.Changed("the habitat's files were changed meanwhile");
                }

                return Task.FromResult(force.Accept(candidate, deleteWorkspaces, written: false));
            }
        )
        {
            Taken = candidate.Reading.Taken,
            Notes =
            [
                .. model.Offline is null ? Array.Empty<string>() : [OfflineScript.Note],
                .. Meeting(model),
                .. Current is { } now ? OutboundChanges.Between(now, model) : [],
            ],
        };
    }

    /// <summary>An agent is known by its id alone, whatever habitat it is in.</summary>
    private IEnumerable<string> Meeting(HabitatModel next)
    {
        if (
            Current is { } now
            && now.Name != next.Name
            && next.Agents.Where(a => now.Find(a.Id) is not null).ToList() is [_, ..] both
        )
        {
            var agents = string.Join(", ", both.Select(a => a.Id));
            yield return $"habitat '{now.Name}' is replaced by '{next.Name}', and {agents} "
                + $"{(both.Count == 1 ? "is an agent" : "are agents")} of both: an agent is known by its id, so its tasks and the "
                + "workspace that Creel made for it go on; to start anew: creel down --delete-workspaces first, or another id";
        }
    }

    /// <summary>Everything goes.</summary>
    public Wish Nothing(bool deleteWorkspaces) =>
        new(null, [], Gone(null), _ => Task.FromResult(force.AcceptNothing(deleteWorkspaces)));

    /// <summary>What is in force, once more, with what an earlier serve did not finish.</summary>
    public Wish Unfinished()
    {
        var known = force.Held;
        return new Wish(known?.Model, [], Gone(known?.Model), _ => Task.FromResult(force.AcceptUnfinished(known)))
        {
            Partly = true,
        };
    }

    /// <param name="agent">Its entry of <c>agents.list</c>: a JSON object.</param>
    /// <exception cref="CreelException">It would make the habitat wrong.</exception>
    public Wish Add(JsonElement agent)
    {
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
        return Change(new HabitatChange.Add(AgentId.Parse(id.GetString()), keys), deleteWorkspaces: false);
    }

    /// <summary>Takes an agent out. One that has gone already may have left a workspace, which can still be deleted so.</summary>
    /// <exception cref="CreelException">There is no such agent, or only a person can take it out.</exception>
    public Wish Remove(AgentId agent, bool deleteWorkspace)
    {
        var known = force.Held;
        if (deleteWorkspace && Known && known?.Model.Find(agent) is null)
        {
            return new Wish(known?.Model, [], Gone(known?.Model), _ => Task.FromResult(force.AcceptDeleting(known, agent)));
        }

        return Change(new HabitatChange.Remove(agent), deleteWorkspace);
    }

    /// <summary>Gives an agent's cell another level. Only that: what else the files say now must be in force already.</summary>
    /// <exception cref="CreelException">There is no such agent, or the level is said where only a person changes it.</exception>
    public MoveWish Move(AgentId agent, MoveOrder order)
    {
        var known = force.Required();
        var group = known.Model.Find(agent) is { } found ? known.Model.GroupOf(found) : throw NoAgent(agent);
        try
        {
            var change = new HabitatChange.Place(agent, group.Agents.Count > 1 ? group.Id : null, order.Keys());
            var wish = Change(change, deleteWorkspaces: false);
            var wanted = wish.Habitat!.Groups.First(g => g.Id == group.Id);
            if (order.Driver is null && wanted.Driver is { } said && wanted.Level != group.Level)
            {
                // Nothing said of a key is at odds with nothing: said twice, the reader tells where it stands.
                _ = Change(change with { Keys = order.Keys(said) }, deleteWorkspaces: false);
            }

            var then = files.Preview(known.File, known.Manner, change).Revision;
            // It may be written though the second of the two files could not be: then the next serve finishes it.
            bool IsWritten() => files.Read(known.File, known.Manner).Revision == then;
            return new MoveWish(wish, group.Id, wanted, IsWritten);
        }
        catch (CreelException e) when (e.Fault.Code == "habitat")
        {
            throw new CreelException(
                Fault.Conflict(
                    "habitat-says",
                    $"cell {group.Id} can't be moved so: {e.Fault.Message}",
                    "A key that the habitat file says is a person's: take it out there, creel up, and move; "
                        + "or change it there and creel up."
                ),
                e
            );
        }
    }

    /// <summary>A change that follows from what the files and the habitat in force say.</summary>
    /// <exception cref="CreelException">It is not possible, or would make the habitat wrong.</exception>
    public Wish Change(Func<HabitatSnapshot, HabitatModel, HabitatChange> change)
    {
        var known = force.Required();
        return Change(change(files.Read(known.File, known.Manner), known.Model), deleteWorkspaces: false);
    }

    public static CreelException NoAgent(AgentId agent) =>
        new(Fault.NotFound("agent", $"no agent {agent} is in the habitat that is up", "See them: creel ps."));

    public static CreelException NothingUp() =>
        new(Fault.NotFound("habitat", "no habitat is up", "Bring one up first: creel up FILE, then do the same again."));

    /// <summary>Only this change: the file is changed when it is accepted, and only if it is still what was looked at.</summary>
    public Wish Change(HabitatChange change, bool deleteWorkspaces)
    {
        var known = force.Required();
        var before = files.Read(known.File, known.Manner);
        RefuseAhead(before, known);
        var candidate = files.Preview(known.File, known.Manner, change);
        return new Wish(
            candidate.Reading.Required(),
            candidate.Reading.Problems,
            Gone(candidate.Reading.Model),
            cancel =>
                force.AcceptAsync(
                    known,
                    candidate.Revision,
                    deleteWorkspaces,
                    () => files.ChangeAsync(known.File, known.Manner, change, before.Revision, cancel)
                )
        )
        {
            Taken = candidate.Reading.Taken,
        };
    }

    private string Gone(HabitatModel? next) =>
        (Current, next) switch
        {
            (_, null) => "the habitat is taken down",
            ({ } now, _) when now.Name != next.Name => $"habitat '{now.Name}' is replaced by '{next.Name}'",
            _ => "the habitat no longer has it",
        };

    /// <summary>Who asks for one change has not seen what else the files say by now, and has not been asked about it.</summary>
    private static void RefuseAhead(HabitatSnapshot now, HeldHabitat known)
    {
        if (now.Revision != known.Revision)
        {
            throw new CreelException(
                Fault.Conflict(
                    "habitat-ahead",
                    $"{known.File} or its local file says something that is not in force yet",
                    "See what: creel plan. Apply it first: creel up"
                )
            );
        }
    }
}
