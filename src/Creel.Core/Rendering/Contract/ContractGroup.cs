namespace Creel.Core.Rendering.Contract;

/// <summary>A group that is written, with all of its members, whatever their own level is.</summary>
/// <param name="Port">18790 and on, in the order of the list; a group that is not written takes none.</param>
/// <param name="Network">The first member's that names one, verbatim; <c>host</c> where none does.</param>
/// <param name="Memory">The first member's that names one, verbatim; empty: none.</param>
/// <param name="Cpu">As the memory.</param>
public sealed record ContractGroup(
    string Name,
    int Port,
    IReadOnlyList<ContractAgent> Members,
    string Network,
    string Memory,
    string Cpu
);
