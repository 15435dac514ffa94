namespace Creel.Core.Habitats.Json5;

/// <summary>What reading gave.</summary>
/// <param name="Root">As much as could be understood; null where nothing could.</param>
/// <param name="Problems">All of them are errors; empty where the text is right.</param>
public sealed record Json5Reading(Json5Node? Root, IReadOnlyList<Problem> Problems);
