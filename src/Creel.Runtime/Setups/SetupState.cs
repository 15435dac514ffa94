namespace Creel.Runtime.Setups;

internal enum SetupState
{
    /// <summary>There is no command, or it has run to its end.</summary>
    Done,
    Running,
    Failed,
}
