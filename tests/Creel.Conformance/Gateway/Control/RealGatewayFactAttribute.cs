namespace Creel.Conformance.Gateway.Control;

/// <summary>
/// A test on a real OpenClaw whose folder a variable names; skipped where it names none, unless <c>CREEL_REQUIRE</c> names
/// <c>openclaw</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealGatewayFactAttribute : FactAttribute
{
    public const string New = "CREEL_OPENCLAW";
    public const string Old = "CREEL_OPENCLAW_2_26";

    public RealGatewayFactAttribute(string variable)
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("openclaw");
        if (!required && RealGateway.Tree(variable) is null)
        {
            Skip = $"{variable} names no OpenClaw: ./do substrates up openclaw, and the variable as ./do test sets it";
        }
    }
}
