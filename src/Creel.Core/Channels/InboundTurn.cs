using System.Security.Cryptography;
using System.Text;
using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>What is to be done about a message, decided once and written down with it.</summary>
/// <param name="RunId">Follows from the message and the agent: whatever happens, it can't be started twice.</param>
/// <param name="MessageId">The messenger's.</param>
/// <param name="Text">For the agent.</param>
/// <param name="Origin">Where the answer leaves.</param>
public sealed record InboundTurn(
    string RunId,
    ChannelAccount Account,
    string MessageId,
    string Agent,
    string SessionKey,
    string Text,
    TurnOrigin Origin
)
{
    /// <summary>Asked of the gateway instead of the agent; null: nothing.</summary>
    public ControlCommand? Command { get; init; }

    /// <summary>An answer that is known already, and no turn; null: the agent is asked.</summary>
    public string? Say { get; init; }

    /// <summary>What its room adds to the agent's system prompt; null: nothing.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>What came with it and is to be fetched for the agent; null: nothing.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init; }

    /// <summary>It starts when the one before it, of the same message, is over.</summary>
    public bool AfterOther { get; init; }

    public static string Name(ChannelAccount account, string message, string agent)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Channel}\n{account.Account}\n{message}\n{agent}"));
        return $"{RunIds.Inbound}{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }
}
