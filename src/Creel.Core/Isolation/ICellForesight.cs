using Creel.Core.Habitats;

namespace Creel.Core.Isolation;

/// <summary>A driver that can tell beforehand why a cell would not start, so that nothing is ended for it in vain.</summary>
public interface ICellForesight
{
    /// <summary>What is missing for a cell of this group: an image, a runtime. Nothing is made, and nothing is pulled.</summary>
    /// <returns>Null where nothing is known to stand against it, which is no promise that it starts.</returns>
    ValueTask<Fault?> ForeseeAsync(AgentGroup group, CancellationToken cancel = default);
}
