namespace Creel.Core.Provisioning.Gateways;

/// <summary>How much of what a gateway says is taken: far above what an honest one has, and far below what fills a memory.</summary>
public static class GatewayBounds
{
    /// <summary>Of one file of an agent, in UTF-8, in either direction. A gateway shows a model some 20,000 signs of one.</summary>
    public const int FileBytes = 2 * 1024 * 1024;

    /// <summary>Of a frame that answers a call, where no more can be meant.</summary>
    public const int AnswerBytes = 8 * 1024 * 1024;

    /// <summary>Of a frame that nobody asked for. The largest of an honest gateway tells the health of each of its agents, some 700 bytes of one.</summary>
    public const int UnaskedBytes = 8 * 1024 * 1024;

    /// <summary>Of all those frames in a minute. While an agent speaks, each of them has all that it has said so far.</summary>
    public const int UnaskedPerMinute = 256 * 1024 * 1024;

    /// <summary>For how many bytes a short one counts: many of them are work too.</summary>
    public const int LeastUnasked = 256;

    /// <summary>Agents of one gateway.</summary>
    public const int Agents = 10_000;

    /// <summary>Names in the list of one agent's files.</summary>
    public const int Files = 1_000;

    /// <summary>UTF-16 code units of all files that are held at once while a gateway is looked at; those that are as ours count for nothing.</summary>
    public const int HeldText = 64 * 1024 * 1024;

    /// <summary>UTF-16 code units of what an agent answers in one turn; what is more is cut off.</summary>
    public const int TurnText = 1024 * 1024;

    /// <summary>A file is larger than is taken.</summary>
    /// <param name="agent">Its id at the gateway.</param>
    public static CreelException FileTooLarge(string agent, string name) =>
        Large(
            "gateway-file-size",
            $"{PlainLine.Of(name)} of {PlainLine.Of(agent)} has more than {FileBytes / 1024 / 1024} MiB",
            "Make it shorter, or put the rest into other files of its workspace."
        );

    /// <exception cref="CreelException">There are more agents than are taken.</exception>
    public static void CheckAgents(int count) =>
        Check(
            count,
            Agents,
            "gateway-roster",
            $"the gateway names {count} agents, and {Agents} are taken at most",
            "Look at agents in its openclaw.json."
        );

    /// <exception cref="CreelException">An agent has more files than are taken.</exception>
    public static void CheckFiles(int count) =>
        Check(
            count,
            Files,
            "gateway-files",
            $"the gateway lists {count} files of the agent, and {Files} are taken at most",
            "Look at what it answers to agents.files.list."
        );

    /// <summary>All that was read of this gateway is more than is held at once. The next look begins anew, without those that are settled by then.</summary>
    public static CreelException TextTooMuch() =>
        new(
            new Fault(
                FaultKind.TooMany,
                "gateway-text",
                $"the files of its gateway's agents are more than the {HeldText / 1024 / 1024} MiB that are held at once",
                "It is gone on with by itself, some agents at a time."
            )
        );

    private static void Check(int count, int most, string code, string message, string remedy)
    {
        if (count > most)
        {
            throw Large(code, message, remedy);
        }
    }

    private static CreelException Large(string code, string message, string remedy) =>
        new(new Fault(FaultKind.TooLarge, code, message, remedy));
}
