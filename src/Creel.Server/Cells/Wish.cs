using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Server.Cells;

/// <summary>What somebody asks for, before anything of it is written or done.</summary>
/// <param name="Habitat">What shall be; null: nothing.</param>
/// <param name="Problems">What reading it found: warnings.</param>
/// <param name="Gone">Why a cell goes that is not in it, as one clause.</param>
/// <param name="AcceptAsync">Writes it down and puts it in force: called once it is found possible, before the first step.</param>
internal sealed record Wish(
    HabitatModel? Habitat,
    IReadOnlyList<Problem> Problems,
    string Gone,
    Func<CancellationToken, Task<Accepted>> AcceptAsync
)
{
    /// <summary>The variables that the habitat took from the environment of serve.</summary>
    public IReadOnlyList<string> Taken { get; init; } = [];

    /// <summary>Nobody asked for it now: a cell that can't be had here at the moment keeps no other from coming up.</summary>
    public bool Partly { get; init; }

    /// <summary>Sentences about what it means besides its steps.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <param name="Left">The agents that go with it.</param>
/// <param name="LocalFile">The local file beside the habitat file; null where there is none.</param>
/// <param name="Written">The local file was written.</param>
internal sealed record Accepted(IReadOnlyList<LeavingAgent> Left, string? LocalFile, bool Written);

/// <summary>An agent that the habitat no longer has.</summary>
/// <param name="Workspace">Where the user wrote that its files are; null: in the folder that Creel made.</param>
/// <param name="Delete">Its folder, if Creel made it, is to be deleted.</param>
internal sealed record LeavingAgent(AgentId Id, string? Workspace, bool Delete);
