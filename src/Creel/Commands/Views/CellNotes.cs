namespace Creel.Commands.Views;

/// <summary>What is weaker than a reader would expect, once each, with the cells that it is said of where it is not all of them.</summary>
internal static class CellNotes
{
    public static IEnumerable<string> Lines(IReadOnlyList<(string Cell, IReadOnlyList<string>? Notes)> cells) =>
        cells
            .SelectMany(cell => (cell.Notes ?? []).Distinct().Select(note => (cell.Cell, Note: note)))
            .GroupBy(said => said.Note, said => said.Cell)
            .Select(said => said.Count() == cells.Count ? $"note: {said.Key}" : $"note: {string.Join(", ", said)}: {said.Key}");
}
