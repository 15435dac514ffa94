namespace Creel.Server.Cells;

/// <summary>What a person does to a running or stopped cell.</summary>
internal enum CellChange
{
    Start,
    Stop,
    Restart,
}
