namespace Creel.Core.Routing;

/// <summary>Why a message goes where it goes: the answer, and for every tier why it did or did not decide.</summary>
/// <param name="Elsewhere">How many rules speak of another channel or account.</param>
public sealed record RouteExplanation(
    MessageSource Source,
    RouteOutcome Outcome,
    IReadOnlyList<TierExplanation> Tiers,
    int Elsewhere
);

/// <param name="Skipped">Why the tier was not looked at; null where it was.</param>
/// <param name="Rules">The rules of this tier, in the order of the configuration; the first that holds wins.</param>
/// <param name="Winner">The index of the rule that decided; null: it didn't, or an earlier tier had.</param>
public sealed record TierExplanation(RouteTier Tier, string? Skipped, IReadOnlyList<RuleExplanation> Rules, int? Winner);

/// <param name="WhyNot">What is not true of the message; null where the rule holds.</param>
public sealed record RuleExplanation(int Binding, string Agent, string Wants, string? WhyNot);
