namespace Creel.Core.Budgets;

/// <summary>A cap on what may be spent in a window.</summary>
/// <param name="Warn">The share of the cap at which somebody is told; 0 to 1.</param>
/// <param name="Hard">Refuses what does not fit. A soft one only warns.</param>
public sealed record Budget(Money Amount, Window Window, double Warn = 0.8, bool Hard = true)
{
    public override string ToString() =>
        Window.Kind switch
        {
            WindowKind.Total => $"{Amount} in all",
            WindowKind.Rolling => $"{Amount} in any {Window}",
            _ => $"{Amount} per {Window}",
        };
}
