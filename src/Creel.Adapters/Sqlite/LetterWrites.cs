using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>Adds dead letters, by themselves or in the transaction that expires their tasks.</summary>
internal static class LetterWrites
{
    private const int Kept = 1000;

    public static bool Add(Connection connection, IReadOnlyList<DeadLetter> letters)
    {
        foreach (var letter in letters)
        {
            var insert = connection[
                """
                INSERT INTO dead_letters(id, agent, task, message, error, at)
                VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING
                """
            ];
            insert.Bind(letter.Id).Bind(letter.Agent.Value);
            _ = letter.Task is { } task ? insert.Bind(task.Value) : insert.BindNull();
            insert.Bind(letter.Message.Span).Bind(letter.Error).Bind(letter.At).Run();
        }

        const string trim =
            "DELETE FROM dead_letters WHERE seq <= (SELECT seq FROM dead_letters ORDER BY seq DESC LIMIT 1 OFFSET ?)";
        connection[trim].Bind(Kept).Run();
        return true;
    }
}
