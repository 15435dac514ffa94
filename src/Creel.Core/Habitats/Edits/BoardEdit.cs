using System.Text.Json.Nodes;

namespace Creel.Core.Habitats.Edits;

/// <summary>Boards and users, added to a configuration and taken out of it.</summary>
public static class BoardEdit
{
    /// <param name="root">The whole; changed.</param>
    /// <param name="table"><c>boards</c> or <c>users</c>.</param>
    /// <exception cref="CreelException">It is there already, or its id is none.</exception>
    public static void Add(JsonObject root, string table, string id, JsonObject entry)
    {
        if (!Slug.IsValid(id))
        {
            throw new CreelException(
                Fault.Invalid("id", $"{Slug.Quote(id)} is no id of a {One(table)}", $"An id is {AgentId.Rule}.")
            );
        }

        if (root[table] is not JsonObject all)
        {
            root[table] = all = [];
        }

        if (all.ContainsKey(id))
        {
            throw new CreelException(
                Fault.Conflict(
                    $"{One(table)}-exists",
                    $"there is a {One(table)} '{id}' already",
                    $"Choose another id. To have this one otherwise, write {table}.{id} in the habitat's file, or in habitat.local.json5 beside it."
                )
            );
        }

        all[id] = entry.DeepClone();
    }

    /// <exception cref="CreelException">It is not there.</exception>
    public static void Remove(JsonObject root, string table, string id)
    {
        if (root[table] is not JsonObject all || !all.Remove(id))
        {
            throw Nobody(table, id);
        }
    }

    /// <exception cref="CreelException">There is no such board, or another agent leads it.</exception>
    public static void Lead(JsonObject root, string? board, string agent)
    {
        var there =
            (root["boards"] as JsonObject)?[board ?? ""] as JsonObject
            ?? throw (
                board is null
                    ? new CreelException(Fault.Invalid("lead", "an agent leads a board: say which", "Add --board ID."))
                    : Nobody("boards", board)
            );
        if ((string?)there["lead"] is { } other && other != agent)
        {
            throw new CreelException(
                Fault.Conflict("lead", $"the board '{board}' is led by '{other}' already", "A board has one lead.")
            );
        }

        there["lead"] = agent;
    }

    private static string One(string table) => table.TrimEnd('s');

    private static CreelException Nobody(string table, string id) =>
        new(
            Fault.NotFound(
                $"no-{One(table)}",
                $"there is no {One(table)} {Slug.Quote(id)}",
                $"See which there are: creel {One(table)} list"
            )
        );
}
