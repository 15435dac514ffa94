namespace Creel.Core.Isolation;

/// <summary>How strong a cell is: ordered, asked for by the habitat, provided by a driver, never silently weaker.</summary>
public enum IsolationLevel
{
    None,
    Session,
    Container,
    Vm,
}
