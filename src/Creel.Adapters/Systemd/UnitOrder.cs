using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>All that one cell's unit file depends on.</summary>
/// <param name="Account">The names of its user and group; null where it runs as the user of systemd itself.</param>
/// <param name="Root">The folder that is its root.</param>
/// <param name="Slice">Where its control group is made.</param>
/// <param name="Begin">The command line that it begins with.</param>
/// <param name="Version">Of systemd: it would warn at each start of what it does not know.</param>
internal sealed record UnitOrder(
    string Unit,
    CellSpec Spec,
    (string User, string Group)? Account,
    string Root,
    IReadOnlyList<UnitBind> Binds,
    string Slice,
    IReadOnlyList<string> Begin,
    string Start,
    TimeSpan StartLimit,
    int Version
);

/// <summary>What of the host is shown to the cell, and where.</summary>
/// <param name="IfThere">It may be missing.</param>
internal sealed record UnitBind(string From, string To, bool Writable, bool IsFolder = true, bool IfThere = false);
