using System.Text.Json;

namespace Creel.Runtime.Health;

/// <summary>How a brain is that is a program which stays.</summary>
/// <param name="State"><c>starting</c>, <c>healthy</c> or <c>failing</c>.</param>
/// <param name="Reason">One sentence, where it is not healthy and that is known.</param>
/// <param name="Restarts">How often it had to be started again.</param>
internal sealed record BrainHealth(string Kind, string State, string? Reason, int Restarts)
{
    /// <summary>What the hub shows of a text.</summary>
    private const int LongestReason = 240;

    public const string Starting = "starting";
    public const string Healthy = "healthy";
    public const string Failing = "failing";

    public string Sentence => Reason is null ? State : $"{State}: {Reason}";

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("brain");
        json.WriteString("kind", Kind);
        json.WriteString("state", State);
        if (Reason is { } reason)
        {
            json.WriteString("reason", Short(reason));
        }

        json.WriteNumber("restarts", Restarts);
        json.WriteEndObject();
    }

    /// <summary>No sign is cut in two.</summary>
    private static string Short(string reason) =>
        reason.Length <= LongestReason
            ? reason
            : reason[..(char.IsHighSurrogate(reason[LongestReason - 1]) ? LongestReason - 1 : LongestReason)] + "…";
}
