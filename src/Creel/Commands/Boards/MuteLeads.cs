using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Boards;

/// <summary>Leads of boards who may ask nobody there for work, though their files tell them to: the bridge is off unless the habitat names them.</summary>
internal static class MuteLeads
{
    private sealed record Answer(IReadOnlyList<Board>? Boards);

    /// <param name="LeadAsks">Null: it has no lead, or nobody else.</param>
    private sealed record Board(string Id, string? Lead, bool? LeadAsks, IReadOnlyList<string>? Agents);

    /// <param name="of">Of these agents.</param>
    public static async Task SayAsync(Call call, IReadOnlySet<string> of, CancellationToken cancel)
    {
        foreach (var board in (await AskAsync(call, cancel)).Where(b => b.LeadAsks == false && of.Contains(b.Lead!)))
        {
            call.Note(PlainText.Line($"note: {board.Lead} leads {board.Id}, and may ask nobody there for work"));
            var allow = string.Join(", ", (board.Agents ?? []).Order(StringComparer.Ordinal).Select(a => $"\"{a}\""));
            call.Note($"  → write into the habitat: tools: {{ agentToAgent: {{ enabled: true, allow: [{allow}] }} }}");
        }
    }

    private static async Task<IReadOnlyList<Board>> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return Call.Read<Answer>(await call.Client.GetAsync("boards", cancel)).Boards ?? [];
        }
        catch (CreelException)
        {
            // It is a remark beside something else.
            return [];
        }
    }
}
