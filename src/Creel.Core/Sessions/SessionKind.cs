using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>What a conversation's key says of its kind.</summary>
public static class SessionKind
{
    /// <summary>Its key says whose conversation it is: direct, and not the agent's main one, which several may share.</summary>
    public static bool IsOnePersons(string key) =>
        Of(key) == "direct" && (SessionKeyText.Parse(key)?.Rest ?? key).Split(':').Any(part => part is "direct" or "dm");

    /// <returns><c>direct</c>, <c>group</c>, <c>global</c> or <c>unknown</c>.</returns>
    public static string Of(string key)
    {
        var rest = SessionKeyText.Parse(key)?.Rest ?? key;
        var parts = rest.Split(':');
        return rest switch
        {
            "global" => "global",
            "unknown" => "unknown",
            _ when parts.Contains("group") || parts.Contains("channel") => "group",
            _ => "direct",
        };
    }
}
