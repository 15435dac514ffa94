using System.CommandLine;
using Creel.Terminal;

namespace Creel.Commands.Boards;

/// <summary><c>creel board add|list|rm</c>: what agents work on.</summary>
internal static class BoardCommand
{
    private sealed record Board(
        string Id,
        string Name,
        string? Objective,
        string? Lead,
        string? User,
        IReadOnlyList<string>? Agents
    );

    public static Command Build(Cli cli) =>
        new("board", "Boards, which agents work on: add, list, rm")
        {
            Add(cli),
            TableVerbs.List(cli, "board", Show),
            TableVerbs.Remove(cli, "board"),
        };

    private static Command Add(Cli cli) =>
        TableVerbs.Add(
            cli,
            "board",
            "Write a board into the habitat",
            ("--name", "name", "What people call it (the id)", "NAME"),
            ("--objective", "objective", "What is wanted", "TEXT"),
            ("--target-date", "targetDate", "By when, as in 2026-03-01", "DAY"),
            ("--type", "type", "goal, or another word (goal)", "WORD"),
            ("--user", "user", "For whom its agents work that name nobody", "USER")
        );

    private static TextTable Show(System.Text.Json.JsonElement answer)
    {
        var table = new TextTable("BOARD", "NAME", "LEAD", "AGENTS", "FOR", "OBJECTIVE");
        foreach (var board in Call.Read<List<Board>>(answer.GetProperty("boards")))
        {
            table.Add(
                board.Id,
                board.Name,
                board.Lead ?? "",
                string.Join(", ", board.Agents ?? []),
                board.User ?? "",
                board.Objective ?? ""
            );
        }

        return table;
    }
}
