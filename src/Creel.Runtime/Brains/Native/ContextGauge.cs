using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Brains.Native.Prompts;

namespace Creel.Runtime.Brains.Native;

/// <summary>How full a conversation is, of what its model holds.</summary>
/// <param name="tokens">What it holds; null: as usual.</param>
internal sealed class ContextGauge(int? tokens)
{
    private const int Usual = 200_000;

    /// <summary>Per cent.</summary>
    private const int NearlyFull = 80;

    /// <summary>Of a picture, in characters: about 1,600 tokens.</summary>
    private const int PictureSize = 6400;

    /// <summary>Left for the answer.</summary>
    private const int Room = 8192;

    public const string Full =
        "This conversation has become longer than my model can hold, so I can't go on in it. "
        + "Start a new one with /new; what should be remembered belongs in MEMORY.md.";

    /// <summary>Who says one of these says nothing to anybody.</summary>
    private static readonly string[] Silent = ["NO_REPLY", "HEARTBEAT_OK", "REPLY_SKIP"];

    /// <summary>In tokens.</summary>
    public int Holds => tokens ?? Usual;

    /// <summary>A person is told once that the conversation comes near its end: when it passes that mark.</summary>
    /// <param name="before">Tokens that it held before this turn.</param>
    /// <returns>Null: there is nothing to tell, or nobody to be told.</returns>
    public string? Warning(TurnOrder order, long before, TurnResult result)
    {
        var mark = (long)Holds * NearlyFull / 100;
        return order.Source?.SenderId is null || before >= mark || result.Held < mark || Silent.Any(result.Text.Contains)
            ? null
            : $"\n\n(This conversation fills {Math.Min(result.Held * 100 / Holds, 99)} % of what my model can hold. "
                + "/new starts a new one; what should be remembered belongs in MEMORY.md.)";
    }

    /// <summary>By a rough count, of four characters each: what is far too long need not be sent to be refused.</summary>
    /// <param name="held">Tokens of the last question and its answer.</param>
    public bool Fits(long held, SystemPrompt prompt, IReadOnlyList<Message> messages, IReadOnlyList<ToolOffer> offers) =>
        Math.Max(
            (int)held + (Room / 2),
            ((prompt.Steady.Length + messages.Sum(Size) + offers.Sum(o => o.Schema.Length + o.Description.Length)) / 4) + Room
        ) <= Holds;

    private static int Size(Message message) =>
        message switch
        {
            UserMessage user => user.Text.Length + (user.Pictures.Count * PictureSize),
            ToolMessage tool => tool.Text.Length,
            ModelMessage said => said.Parts.Sum(p =>
                p switch
                {
                    TextPart text => text.Text.Length,
                    CallPart call => call.Arguments.Length,
                    _ => 0,
                }
            ),
            _ => 0,
        };
}
