using System.CommandLine;
using Creel.Terminal;

namespace Creel.Commands.Boards;

/// <summary><c>creel user add|list|rm</c>: for whom agents work.</summary>
internal static class UserCommand
{
    private sealed record User(string Id, string? Name, string? PreferredName, string? Email, string? Timezone);

    public static Command Build(Cli cli) =>
        new("user", "Users, for whom agents work: add, list, rm")
        {
            Add(cli),
            TableVerbs.List(cli, "user", Show),
            TableVerbs.Remove(cli, "user"),
        };

    private static Command Add(Cli cli) =>
        TableVerbs.Add(
            cli,
            "user",
            "Write a user into the habitat",
            ("--name", "name", "The whole name", "NAME"),
            ("--preferred-name", "preferredName", "What agents say (the first word of the name)", "NAME"),
            ("--email", "email", "An address", "ADDRESS"),
            ("--pronouns", "pronouns", "As in she/her", "WORDS"),
            ("--timezone", "timezone", "As in Europe/Vienna", "ZONE"),
            ("--notes", "notes", "What agents are to know", "TEXT"),
            ("--context", "context", "What agents work in", "TEXT")
        );

    private static TextTable Show(System.Text.Json.JsonElement answer)
    {
        var table = new TextTable("USER", "NAME", "CALLED", "EMAIL", "TIMEZONE");
        foreach (var user in Call.Read<List<User>>(answer.GetProperty("users")))
        {
            table.Add(user.Id, user.Name ?? "", user.PreferredName ?? "", user.Email ?? "", user.Timezone ?? "");
        }

        return table;
    }
}
