namespace Creel.Runtime.Attempts;

/// <summary>What became of an attempt.</summary>
/// <param name="Held">Null: it could not be tried.</param>
/// <param name="Evidence">One short line.</param>
/// <param name="Broken">It was not tried because it broke down.</param>
internal readonly record struct Outcome(bool? Held, string Evidence, bool Broken = false)
{
    public static Outcome Stopped(string evidence) => new(true, evidence);

    public static Outcome Through(string evidence) => new(false, evidence);

    public static Outcome Untried(string why) => new(null, why);

    public static Outcome Broke(string how) => new(null, how, Broken: true);

    /// <summary>The first that got through, or else the last.</summary>
    public static Outcome Worst(IEnumerable<Outcome> all)
    {
        var worst = Untried("there is nothing to try it on");
        foreach (var one in all)
        {
            if (one.Held == false)
            {
                return one;
            }

            worst = one.Held is null && worst.Held is not null ? worst : one;
        }

        return worst;
    }
}
