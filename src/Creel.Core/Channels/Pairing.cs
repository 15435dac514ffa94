namespace Creel.Core.Channels;

/// <summary>
/// The rules of letting strangers in: OpenClaw's. A code lives an hour; three strangers may wait on a messenger; who asks again keeps
/// his code, and is not told it twice.
/// </summary>
public static class Pairing
{
    public const int CodeLength = 8;
    public const int MostWaiting = 3;
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(60);

    /// <summary>Without signs that look alike.</summary>
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <param name="random">At least <see cref="CodeLength"/> bytes of nobody's choice.</param>
    public static string Code(ReadOnlySpan<byte> random)
    {
        Span<char> code = stackalloc char[CodeLength];
        for (var i = 0; i < CodeLength; i++)
        {
            code[i] = Alphabet[random[i] % Alphabet.Length];
        }

        return new string(code);
    }

    public static bool IsCode(string text) => text.Length == CodeLength && text.All(Alphabet.Contains);

    public static bool Lives(PairingRequest request, DateTimeOffset now) => now - request.CreatedAt < Lifetime;

    /// <summary>What becomes of a wish to be let in.</summary>
    /// <param name="waiting">All that wait on the same messenger, also those whose time is over.</param>
    public static PairingAnswer Ask(IEnumerable<PairingRequest> waiting, PairingRequest wish)
    {
        var alive = waiting.Where(w => Lives(w, wish.SeenAt)).ToList();
        return alive.Any(w => w.Account == wish.Account && w.Sender == wish.Sender) ? PairingAnswer.Known
            : alive.Count >= MostWaiting || alive.Any(w => w.Code == wish.Code) ? PairingAnswer.Full
            : PairingAnswer.Added;
    }

    /// <summary>What the stranger reads.</summary>
    public static string Challenge(PairingRequest request) =>
        $"I don't know you yet.\n\nYour id: {request.Sender}\nPairing code: {request.Code}\n\n"
        + $"Ask the owner to let you in with:\ncreel pairing approve {request.Account.Channel} {request.Code}";
}

public enum PairingAnswer
{
    /// <summary>He waits from now on, and is to be told his code.</summary>
    Added,

    /// <summary>He waits already, and was told.</summary>
    Known,

    /// <summary>Too many wait: he gets no code and no answer.</summary>
    Full,
}
