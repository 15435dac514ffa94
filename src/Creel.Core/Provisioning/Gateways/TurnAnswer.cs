using System.Text;
using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>What an agent at a gateway elsewhere answered.</summary>
/// <param name="Failed">All that it says is about an error.</param>
public sealed record TurnAnswer(string Text, bool Failed)
{
    private const string Between = "\n\n";

    /// <summary>Stands where more was said than is taken.</summary>
    public static readonly string Cut =
        $"{Between}[It said more than {GatewayBounds.TurnText / 1024 / 1024} Mi signs: Creel cut its answer here.]";

    /// <param name="answer">Of <c>agent</c>, the last of the two.</param>
    /// <param name="secrets">What the gateway may have repeated and nobody is to read.</param>
    /// <exception cref="CreelException"><c>gateway-turn</c>: the turn failed.</exception>
    public static TurnAnswer Read(JsonElement answer, IEnumerable<string> secrets)
    {
        if (Payloads.Text(answer, "status") is { } status and not "ok")
        {
            var why = GatewayRefusal.Plain(Payloads.Text(answer, "summary") ?? status, secrets);
            throw new CreelException(Fault.Invalid("gateway-turn", $"its gateway says: {PlainLine.Of(why, 200)}"));
        }

        var payloads = Payloads.Member(Payloads.Member(answer, "result"), "payloads");
        var said = payloads.ValueKind == JsonValueKind.Array ? payloads.EnumerateArray().ToList() : [];
        return new TurnAnswer(Joined(said), said.Count > 0 && said.All(p => Payloads.Flag(p, "isError")));
    }

    private static string Joined(IEnumerable<JsonElement> said)
    {
        var all = new StringBuilder();
        foreach (var text in said.Select(p => Payloads.Text(p, "text")).Where(t => !string.IsNullOrEmpty(t)))
        {
            all.Append(all.Length > 0 ? Between : "").Append(text);
            if (all.Length > GatewayBounds.TurnText)
            {
                // Not in the middle of a sign.
                all.Length = GatewayBounds.TurnText - (char.IsHighSurrogate(all[GatewayBounds.TurnText - 1]) ? 1 : 0);
                return all.Append(Cut).ToString();
            }
        }

        return all.ToString();
    }
}
