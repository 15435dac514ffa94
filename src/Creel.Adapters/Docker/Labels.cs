using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>What Creel writes on what it makes, and finds it again by: never by a name that somebody else may have given.</summary>
internal static class Labels
{
    public const string Cell = "creel.cell";
    public const string Instance = "creel.instance";

    public static JsonObject Of(CellSpec spec) =>
        new()
        {
            [Cell] = spec.Id.Value,
            ["creel.group"] = spec.Group.Value,
            ["creel.habitat"] = spec.Habitat,
            [Instance] = spec.Instance ?? "",
        };

    /// <summary>As a query of the engine.</summary>
    public static string Filter(CellId cell) => Filter(Cell, cell.Value);

    public static string Filter(string label, string value) =>
        Uri.EscapeDataString(new JsonObject { ["label"] = new JsonArray($"{label}={value}") }.ToJsonString());
}
