using System.Globalization;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat.Containers;

/// <summary>An agent, as the old scripts know it: by its number, and by its name.</summary>
/// <param name="Running">Its cell runs, and its runtime is connected.</param>
internal sealed record Claw(string Id, string Name, int Number, bool Running, string? Brain, CellView? Cell)
{
    public const int Most = 999;

    /// <summary>The host port that the old project published its gateway on.</summary>
    public int DashboardPort => 18000 + Number;

    /// <summary>1 to 999, without a sign, a space or a nought before it.</summary>
    public static int? NumberOf(string word) =>
        word.Length is > 0 and <= 3
        && word[0] != '0'
        && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>All of the habitat that is up; none where none is.</summary>
    public static async Task<IReadOnlyList<Claw>> AllAsync(Call call, CancellationToken cancel)
    {
        if (await HabitatAsync(call, cancel) is not { Agents: { } agents })
        {
            return [];
        }

        var cells = Call.Read<CellsView>(await call.Client.GetAsync("cells", cancel)).Cells ?? [];
        return
        [
            .. from agent in agents
            where agent.Number is not null
            let cell = cells.FirstOrDefault(c => c.Agents?.Contains(agent.Id) == true)
            orderby agent.Number
            select new Claw(
                agent.Id,
                agent.Name ?? agent.Id,
                agent.Number!.Value,
                cell is { State: "running", Connected: true },
                agent.Brain?.ToString(),
                cell
            ),
        ];
    }

    /// <returns>Null: none is up.</returns>
    public static async Task<HabitatView?> HabitatAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return Call.Read<HabitatView>(await call.Client.GetAsync("habitat", cancel));
        }
        catch (CreelException e) when (e.Fault is { Kind: FaultKind.NotFound, Code: "habitat" })
        {
            return null;
        }
    }

    /// <summary>The number, the id or the name, in any case.</summary>
    public bool Is(string word) =>
        NumberOf(word) == Number
        || Id.Equals(word, StringComparison.OrdinalIgnoreCase)
        || Name.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>As a list of them tells it: <c>bart (openclaw-1)</c>.</summary>
    public string Known => $"{PlainText.Line(Name.ToLowerInvariant(), 60)} ({Id})";
}
