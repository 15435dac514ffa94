using Creel.Core;

namespace Creel.Proxy.Ledger;

/// <summary>A call that a cell wants to make.</summary>
/// <param name="Agent">Who it says it is; only agents of its group are taken for it, else null.</param>
/// <param name="Path">Below the upstream's base address, without the query.</param>
/// <param name="ReadsOn">When the client leaves, the answer is read to its end all the same.</param>
internal sealed record CallRequest(
    CellId Cell,
    GroupId Group,
    AgentId? Agent,
    string Method,
    string Path,
    ReadOnlyMemory<byte> Body,
    bool ReadsOn = false
);
