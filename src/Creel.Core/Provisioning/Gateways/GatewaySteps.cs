using System.Globalization;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>From how far it came to what a person is told, step by step.</summary>
public static class GatewaySteps
{
    private const int LongestText = 200;
    private static readonly (int Year, int Month, int Day) Oldest = (2026, 2, 9);

    /// <summary>In the order in which they are come to.</summary>
    private static readonly string[] Names = ["connection", "tls", "answer", "protocol", "auth", "pairing", "scopes", "version"];

    /// <param name="fault">Why it went no further.</param>
    /// <param name="proof">What it went through before.</param>
    public static IReadOnlyList<GatewayStep> Failed(GatewayAccess access, Fault fault, GatewayProof proof)
    {
        var bare = !access.ShowsAnything && fault.Code is ("gateway-token" or "gateway-pairing");
        fault = bare ? access.NothingShown(fault.Code) : fault;
        var failing = bare ? "auth" : StepOf(fault.Code);
        var (text, remedy) = Told(fault, failing);
        var steps = new List<GatewayStep>
        {
            failing == "address" ? new GatewayStep(failing, false, text, remedy, fault.Code) : Address(access),
        };
        foreach (var name in Of(access))
        {
            var at = Array.IndexOf(Names, name) - Array.IndexOf(Names, failing);
            steps.Add(
                at == 0 ? new GatewayStep(name, false, text, remedy, fault.Code)
                : at > 0 ? new GatewayStep(name, null, "not come to")
                : IsProven(name, proof) ? new GatewayStep(name, true, Passed(name, access, proof.Hello))
                : name == "auth" && !access.ShowsAnything ? new GatewayStep(name, null, "nothing was shown")
                : new GatewayStep(name, null, "that is not known yet")
            );
        }

        return steps;
    }

    public static IReadOnlyList<GatewayStep> Reached(GatewayAccess access, GatewayHello hello, ObservedRoster roster)
    {
        var steps = new List<GatewayStep> { Address(access) };
        steps.AddRange(Of(access).Take(Of(access).Count() - 1).Select(n => new GatewayStep(n, true, Passed(n, access, hello))));
        steps.Add(Version(hello, roster));
        return steps;
    }

    /// <summary>Whether a version can be worked with; one that is no date is another program's, and its protocol says enough.</summary>
    public static bool IsTooOld(string version)
    {
        var parts = version.TrimStart('v').Split('-')[0].Split('.');
        return parts.Length >= 3
            && Number(parts[0]) is { } year and >= 2000
            && Number(parts[1]) is { } month
            && Number(parts[2]) is { } day
            && (year, month, day).CompareTo(Oldest) < 0;
    }

    private static GatewayStep Address(GatewayAccess access) => new("address", true, access.Url.GetLeftPart(UriPartial.Path));

    private static IEnumerable<string> Of(GatewayAccess access) => Names.Where(n => n != "tls" || access.Url.Scheme == "wss");

    /// <summary>What a gateway says itself is cut as names are: it is no place for long words of somebody's. What to do is said by us.</summary>
    private static (string Text, string? Remedy) Told(Fault fault, string step) =>
        step is "auth" or "pairing" or "scopes"
            ? (PlainLine.Of(fault.Message, LongestText), fault.Remedy)
            : (fault.Message, fault.Remedy);

    /// <summary>A gateway that does not let us in may say so for any reason: what it would have taken is known from its welcome alone.</summary>
    private static bool IsProven(string name, GatewayProof proof) =>
        name switch
        {
            "connection" => proof.Connected,
            "tls" => proof.Certified,
            "answer" => proof.Answered,
            _ => proof.Hello is not null,
        };

    private static string StepOf(string code) =>
        code switch
        {
            "gateway-moved" => "address",
            "gateway-tls" or "gateway-ca" => "tls",
            "gateway-silent" or "gateway-garbage" or "gateway-flood" => "answer",
            "gateway-protocol" => "protocol",
            "gateway-token" or "gateway-device" or "gateway-refused" => "auth",
            "gateway-pairing" => "pairing",
            "gateway-scope" => "scopes",
            "gateway-config" or "gateway-roster" or "gateway-version" => "version",
            _ => "connection",
        };

    private static string Passed(string name, GatewayAccess access, GatewayHello? hello) =>
        name switch
        {
            "connection" => "somebody listens there",
            "tls" => "its certificate is taken",
            "answer" => "it speaks as a gateway does",
            "protocol" => $"both speak {hello?.Protocol}",
            "auth" => access.ShowsAnything ? "it takes what it was shown" : "it wants nothing to be shown",
            "pairing" => "it lets us in",
            "scopes" => "we may change its agents and its configuration",
            _ => "",
        };

    private static GatewayStep Version(GatewayHello hello, ObservedRoster roster)
    {
        var touched = PlainLine.OrNull(roster.LastTouchedVersion, GatewayHello.LongestVersion);
        var version = hello.Version is null or "dev" ? touched ?? hello.Version : hello.Version;
        if (version is not null && IsTooOld(version))
        {
            return new GatewayStep(
                "version",
                false,
                $"it is OpenClaw {version}, which can't be provisioned",
                $"Update it to {Oldest.Year}.{Oldest.Month}.{Oldest.Day} or a later one.",
                "gateway-version"
            );
        }

        var count = roster.Agents.Count;
        return new GatewayStep(
            "version",
            true,
            $"{version ?? "it does not say which"}; {count} {(count == 1 ? "agent" : "agents")} in agents.{(roster.Shape == RosterShape.List ? "list" : "entries")}"
        );
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
