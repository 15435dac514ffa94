using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>What a driver wants started.</summary>
/// <param name="Places">Held open; the launcher makes them reachable.</param>
/// <param name="Mounts">
/// Lines of fstab(5), done before the command in a mount namespace of its own; none: no such namespace.
/// </param>
/// <param name="Command">
/// Begins with rights of whoever runs Creel. Has the status file as descriptor 3, and must end in <see cref="LaunchScript.Begin"/>
/// with descriptor 4 passed on.
/// </param>
/// <param name="Environment">All that the command inherits.</param>
/// <param name="Start">Unlike that of any other start.</param>
internal sealed record LaunchOrder(
    string Driver,
    CellSpec Spec,
    CellUser? User,
    CellPlaces Places,
    IReadOnlyList<string> Mounts,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string Start
);
