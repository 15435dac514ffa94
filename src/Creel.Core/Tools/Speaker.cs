namespace Creel.Core.Tools;

/// <summary>Who spoke, as the messenger says: rules may name him by any of it. A name is its bearer's own choice.</summary>
/// <param name="Channel">Where he spoke; null: on none.</param>
/// <param name="Id">The messenger's own; null: nobody in particular.</param>
public sealed record Speaker(string? Channel = null, string? Id = null, string? Username = null, string? Name = null)
{
    /// <summary>Nobody that a rule could name: what is said of everybody holds for him too.</summary>
    public static Speaker Nobody { get; } = new();
}
