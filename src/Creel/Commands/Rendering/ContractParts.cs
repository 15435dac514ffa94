using Creel.Core.Habitats;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;

namespace Creel.Commands.Rendering;

/// <summary>What the older generators' output needs of the outside; the composition root hands it in.</summary>
internal sealed record ContractParts
{
    /// <summary>The files of some groups, for an output folder given as an absolute path.</summary>
    public required Func<
        ContractGenerator,
        ContractVariables,
        IReadOnlyList<ContractGroup>,
        string,
        IReadOnlyList<OutputFile>
    > Files { get; init; }

    /// <summary>A habitat file as the older generators would have been told of it.</summary>
    public required Func<string, ContractGenerator, HabitatModel?, ContractVariables> Variables { get; init; }

    /// <summary>Writes files into a folder, which is made where it is missing.</summary>
    public required Action<string, IReadOnlyList<OutputFile>> Write { get; init; }

    /// <summary>Starts the units among the files of a folder; those named are restarted, should they be up.</summary>
    public required Func<
        string,
        IReadOnlyList<OutputFile>,
        IReadOnlyCollection<string>,
        CancellationToken,
        Task
    > StartUnits { get; init; }

    /// <summary>Starts what the folder's compose file describes.</summary>
    public required Func<string, CancellationToken, Task> StartCompose { get; init; }
}
