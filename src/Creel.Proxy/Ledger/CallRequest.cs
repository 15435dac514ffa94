using Creel.Core;
using Creel.Proxy.Dialects;

namespace Creel.Proxy.Ledger;

/// <summary>A call that a cell wants to make.</summary>
/// <param name="Agent">Who it says it is; only agents of its group are taken for it, else null.</param>
/// <param name="Path">Below the upstream's base address, without the query.</param>
internal sealed record CallRequest(
    CellId Cell,
    GroupId Group,
    AgentId? Agent,
    string Method,
    string Path,
    ReadOnlyMemory<byte> Body
);

/// <summary>May it go?</summary>
internal abstract record Admission
{
    private Admission() { }

    public sealed record Goes(OpenCall Call) : Admission;

    /// <summary>Nothing was reserved, and nothing may be sent upstream.</summary>
    public sealed record Refused(RefusedAnswer Answer, CallRefusal Why, string CallId) : Admission;
}
