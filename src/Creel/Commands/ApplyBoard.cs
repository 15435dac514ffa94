using Creel.Commands.Views;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>The table that fills while a plan is applied: one row a step.</summary>
internal sealed class ApplyBoard
{
    private readonly List<Row> rows = [];
    private readonly Remains remains = new();

    /// <summary>The steps that ended otherwise than done.</summary>
    public int Failed => rows.Count(row => row.State == "failed");

    public int Count => rows.Count;

    /// <summary>Why the proxy has not taken what is written down; null: nothing was said of that.</summary>
    public string? Untold { get; private set; }

    /// <summary>What is left on disk, and how to be rid of it.</summary>
    public IEnumerable<string> Remains => remains.Lines();

    /// <summary>What became of them, a line each.</summary>
    public IEnumerable<string> Failures => rows.Where(row => row.State == "failed").Select(row => row.Line());

    /// <summary>Takes the event in; answers with the line that says it where there is no live table, or null.</summary>
    public string? Take(ProgressEvent happened)
    {
        switch (happened.Event)
        {
            case "plan":
                rows.Clear();
                rows.AddRange((happened.Plan?.Steps ?? []).Select(step => new Row(step)));
                return null;
            case "step" when happened.Index >= 0 && happened.Index < rows.Count:
                var row = rows[happened.Index];
                row.State = happened.State ?? row.State;
                row.Message = happened.Message ?? row.Message;
                row.Remedy = happened.Remedy ?? row.Remedy;
                row.Milliseconds = happened.Ms ?? row.Milliseconds;
                return happened.State is "done" or "failed" ? row.Line() : null;
            case "local-file" or "workspace" or "state":
                remains.Take(happened);
                return null;
            case "proxy":
                Untold = happened.Message;
                return null;
            case "connected":
                foreach (var joined in rows.Where(row => row.Is(happened.Cell, happened.Group)))
                {
                    joined.Connected = happened.Ms;
                }

                return $"{happened.Group ?? happened.Cell}: connected{(happened.Ms is { } ms ? $" in {Words.Milliseconds(ms)}" : "")}";
            default:
                return null;
        }
    }

    public TextTable Table()
    {
        var table = new TextTable("CELL", "ACTION", "DRIVER", "STATE", "TOOK", "CONNECTED", "");
        foreach (var row in rows)
        {
            table.Add(
                row.Name,
                row.Step.Kind,
                row.Step.Driver,
                row.State,
                Took(row.Milliseconds),
                Took(row.Connected),
                row.Message
            );
        }

        return table;
    }

    private static string Took(double? ms) => ms is { } took ? Words.Milliseconds(took) : "";

    private sealed class Row(StepView step)
    {
        public StepView Step { get; } = step;

        public string Name => Step.Group ?? Step.Cell ?? "";

        public string State { get; set; } = "waiting";

        public string? Message { get; set; }

        /// <summary>Below what was said of a failure.</summary>
        public string? Remedy { get; set; }

        public double? Milliseconds { get; set; }

        public double? Connected { get; set; }

        public bool Is(string? cell, string? group) =>
            cell is not null && Step.Cell is not null ? cell == Step.Cell : group == Step.Group;

        public string Line()
        {
            var took = Milliseconds is { } ms ? $" ({Words.Milliseconds(ms)})" : "";
            var said = string.IsNullOrEmpty(Message) ? "" : $": {Message}";
            var remedy = State == "failed" && !string.IsNullOrEmpty(Remedy) ? $"\n  → {PlainText.Line(Remedy)}" : "";
            return $"{Name}: {Step.Kind} {State}{took}{said}{remedy}";
        }
    }
}
