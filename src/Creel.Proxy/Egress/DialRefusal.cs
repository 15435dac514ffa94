namespace Creel.Proxy.Egress;

/// <summary>A host can't, or may not, be connected to.</summary>
/// <param name="rule">As a code: <c>private-address</c>, <c>unknown-host</c>, <c>unreachable</c>.</param>
internal sealed class DialRefusal(string rule, string message) : Exception(message)
{
    public string Rule { get; } = rule;
}
