using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Cells;

/// <summary>Where a cell shall go.</summary>
/// <param name="Driver">Null: the first that gives the level here.</param>
/// <param name="Image">The container's; null: the one that Creel makes.</param>
/// <param name="Patience">For the cell to be up there and healthy, before all is taken back.</param>
/// <param name="Grace">For what runs in it to end by itself, before it is interrupted.</param>
/// <param name="Yes">It is meant that at level none nothing holds what the cell runs.</param>
internal sealed record MoveOrder(IsolationLevel To, string? Driver, string? Image, TimeSpan Patience, TimeSpan Grace, bool Yes)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>What the local file is to say of it. What was said of a container means nothing elsewhere.</summary>
    public IReadOnlyDictionary<string, string?> Keys()
    {
        var keys = new Dictionary<string, string?>
        {
            ["isolation"] = Text(StepView.Word(To)),
            ["driver"] = Text(Driver),
            ["image"] = Text(Image),
        };
        if (To != IsolationLevel.Container)
        {
            keys["ociRuntime"] = null;
        }

        return keys;
    }

    public static async Task<MoveOrder> ReadAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context);
        Body? said;
        try
        {
            said = JsonSerializer.Deserialize<Body>(body.Span, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new CreelException(Fault.Invalid("json-field", "a field of the body has the wrong type", Fields), e);
        }

        return Of(said ?? new Body());
    }

    private const string Fields =
        "It takes 'to', 'driver' and 'image' (text), 'timeout' and 'grace' (seconds), 'yes' (true or false).";

    private static MoveOrder Of(Body said)
    {
        var known = Enum.GetValues<IsolationLevel>().ToDictionary(StepView.Word);
        if (said.To is null || !known.TryGetValue(said.To, out var level))
        {
            throw new CreelException(
                Fault.Invalid("level", "'to' is no isolation level", $"It is one of: {string.Join(", ", known.Keys)}.")
            );
        }

        return new MoveOrder(level, said.Driver, said.Image, Time(said.Timeout, 60, 0.1), Time(said.Grace, 10, 0), said.Yes);
    }

    /// <summary>What the cell loses is told before it is lost: at level none it has no wall at all.</summary>
    /// <exception cref="CreelException">It has walls, and nobody said that it is meant.</exception>
    public void RefuseUnmeant(CellDesign now)
    {
        if (To > IsolationLevel.None || now.Group.Level == IsolationLevel.None || Yes)
        {
            return;
        }

        var one = now.Agents.Count == 1;
        var gone = StepView.Word(now.Group.Level);
        throw new CreelException(
            Fault.Refused(
                "move-unmeant",
                $"cell {now.Group.Id} would have no walls any more: {(one ? "its agent runs" : "its agents run")} as a process of the "
                    + $"host, on the host's network instead of {StepView.Word(now.Network)}, and {(one ? "sees" : "see")} every file that "
                    + $"is open to all; isolation {gone} holds all that off",
                "If it is meant: --yes (in the API: \"yes\": true)."
            )
        );
    }

    private static TimeSpan Time(double? seconds, double usual, double least) =>
        (seconds ?? usual) is var value && value >= least && value <= Longest.TotalSeconds
            ? TimeSpan.FromSeconds(value)
            : throw new CreelException(
                Fault.Invalid("seconds", $"a time is from {least} to {Longest.TotalSeconds:0} seconds", Fields)
            );

    private static string? Text(string? value) => value is null ? null : JsonSerializer.Serialize(value);

    private sealed record Body(
        string? To = null,
        string? Driver = null,
        string? Image = null,
        double? Timeout = null,
        double? Grace = null,
        bool Yes = false
    );
}

/// <summary>A move that is possible by the habitat.</summary>
/// <param name="Group">Moves as a whole, with all who are in it.</param>
/// <param name="Wanted">The group as it shall be.</param>
/// <param name="IsWritten">The local file says it now.</param>
internal sealed record MoveWish(Wish Wish, GroupId Group, AgentGroup Wanted, Func<bool> IsWritten);

/// <summary>What a move came to.</summary>
/// <param name="Moved">False: it was there already.</param>
/// <param name="LocalFile">Where it is written; null where nothing was.</param>
/// <param name="UnderWay">So many tasks had not ended within the grace.</param>
/// <param name="Away">From when the cell was asked to end until its next runtime had proven itself.</param>
/// <param name="From">The driver that it had.</param>
internal sealed record MoveEnd(
    Cell Cell,
    string From,
    IsolationLevel FromLevel,
    bool Moved,
    string? LocalFile,
    int UnderWay,
    TimeSpan Away
);
