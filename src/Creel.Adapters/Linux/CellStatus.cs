using System.Text.Json;

namespace Creel.Adapters.Linux;

/// <summary>The status file of a cell: JSON objects that bubblewrap or the watching shell appended, one a line.</summary>
/// <param name="Child">The pid on the host of the cell's first program.</param>
/// <param name="PidNamespace">The inode of its pid namespace, where it has its own.</param>
/// <param name="ExitCode">Above 128: killed by the signal of that number less 128.</param>
internal sealed record CellStatus(int? Child, long? PidNamespace, int? ExitCode)
{
    public static CellStatus Read(string folder) => Parse(KernelFile.Lines(Path.Combine(folder, CellFiles.Status)));

    /// <summary>What is not understood is passed over: the last line may be half written.</summary>
    public static CellStatus Parse(IEnumerable<string> lines)
    {
        var status = new CellStatus(null, null, null);
        foreach (var line in lines)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                status = new CellStatus(
                    (int?)Number(document, "child-pid") ?? status.Child,
                    Number(document, "pid-namespace") ?? status.PidNamespace,
                    (int?)Number(document, "exit-code") ?? status.ExitCode
                );
            }
            catch (JsonException)
            {
                continue;
            }
        }

        return status;
    }

    private static long? Number(JsonDocument document, string name) =>
        document.RootElement.ValueKind == JsonValueKind.Object
        && document.RootElement.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;
}
