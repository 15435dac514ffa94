using Creel.Core.Habitats;

namespace Creel.Core.Routing;

/// <param name="Problems">What can't match, and what isn't what it seems: everything that is wrong, at its place.</param>
public sealed record RoutingReading(RoutingModel Model, IReadOnlyList<Problem> Problems);
