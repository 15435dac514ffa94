using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.Clients;

/// <summary>A test that needs the SDKs in <c>CREEL_SDKS</c>, and a driver; <c>CREEL_REQUIRE=sdks</c> turns a skip into a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SdksFactAttribute : FactAttribute
{
    public SdksFactAttribute(string driver)
    {
        if (!(Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("sdks"))
        {
            Skip = WhyNot(driver)!;
        }
    }

    /// <summary>What <c>eng/substrates/sdks.sh</c> installed; null: nothing.</summary>
    public static string? Tree { get; } = Environment.GetEnvironmentVariable("CREEL_SDKS") is { Length: > 0 } tree ? tree : null;

    private static string? WhyNot(string driver) =>
        !File.Exists(Published.Creel) || !File.Exists(Published.Runtime) ? "nothing is published: run ./do publish"
        : Tree is null ? "there are no SDKs here: ./do substrates up sdks, and CREEL_SDKS as ./do test sets it"
        : !Environment.IsPrivilegedProcess ? "only root's cells have every address led to the proxy"
        : Drivers.WhyNot(driver);
}
