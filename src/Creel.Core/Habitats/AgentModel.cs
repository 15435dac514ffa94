namespace Creel.Core.Habitats;

/// <summary>One brain: id, name, workspace, model. Not a process.</summary>
public sealed record AgentModel
{
    public required AgentId Id { get; init; }

    /// <summary>For people; the id where none was given.</summary>
    public required string Name { get; init; }

    public bool Default { get; init; }

    /// <summary>By which older scripts know it, from 1; no two have the same. Null: there are more agents than numbers.</summary>
    public int? Number { get; init; }

    public required GroupId Group { get; init; }

    /// <summary><c>provider/model</c>; null where none was given.</summary>
    public string? Model { get; init; }

    public BrainModel Brain { get; init; } = new("native");

    /// <summary>For a brain of kind <c>native</c>.</summary>
    public MindModel Mind { get; init; } = MindModel.Usual;

    /// <summary>An absolute host folder that the user wrote out; null: one of Creel's own, <c>$CREEL_HOME/workspaces/&lt;id&gt;</c>.</summary>
    public string? Workspace { get; init; }

    public TaskPolicy Policy { get; init; } = TaskPolicy.Default;
}
