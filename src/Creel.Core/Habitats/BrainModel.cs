namespace Creel.Core.Habitats;

/// <summary>What answers a <c>turn</c>.</summary>
/// <param name="Kind"><c>command</c>, <c>native</c> or <c>openclaw</c>.</param>
public sealed record BrainModel(string Kind)
{
    /// <summary>For <c>command</c>: the program and its arguments, in the agent's workspace; <c>{message}</c> in an argument stands for the message.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>For <c>command</c>: <c>stdin</c> (default) or <c>argument</c> (appended as the last one, unless <c>{message}</c> says where).</summary>
    public string Input { get; init; } = "stdin";

    /// <summary>For <c>command</c>: <c>text</c> (default), or <c>json</c>: an object whose <c>text</c> is the answer.</summary>
    public string Output { get; init; } = "text";

    /// <summary>For <c>openclaw</c>: a host folder whose <c>node_modules</c> has the package and its Node; null: the cell has <c>openclaw</c> on its PATH.</summary>
    public string? Path { get; init; }

    public bool Equals(BrainModel? other) =>
        other is not null
        && (Kind, Input, Output, Path) == (other.Kind, other.Input, other.Output, other.Path)
        && Command.SequenceEqual(other.Command);

    public override int GetHashCode() => HashCode.Combine(Kind, Input, Output, Command.Count);
}
