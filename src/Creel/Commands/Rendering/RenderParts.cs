using Creel.Core.Habitats;
using Creel.Core.Rendering;

namespace Creel.Commands.Rendering;

/// <summary>What <c>creel render</c> needs of the outside; the composition root hands it in.</summary>
internal sealed record RenderParts
{
    public required Func<RenderRequest, RenderResult> Render { get; init; }

    /// <summary>Makes new tokens in an output folder, for the groups named or for all; answers with whose.</summary>
    public required Func<string, IReadOnlyList<string>, IReadOnlyList<string>> Rotate { get; init; }
}

/// <param name="Folder">Absolute.</param>
/// <param name="PlanOnly">Nothing is written.</param>
/// <param name="Overwrite">Files that somebody else wrote or changed are replaced too.</param>
internal sealed record RenderRequest(HabitatModel Habitat, RenderOptions Options, string Folder, bool PlanOnly, bool Overwrite);

/// <param name="Notes">What the reader should know or do, in sentences.</param>
internal sealed record RenderResult(RenderDesign Design, ChangePlan Plan, IReadOnlyList<string> Notes);
