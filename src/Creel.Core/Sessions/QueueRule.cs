namespace Creel.Core.Sessions;

/// <summary>How a session's queue behaves: <c>messages.queue</c>.</summary>
/// <param name="Debounce">So long it must have been quiet before what waits becomes a turn. A session that is free waits for nothing.</param>
/// <param name="Cap">So many messages wait in a session, at most.</param>
public sealed record QueueRule(QueueMode Mode, TimeSpan Debounce, int Cap, QueueDrop Drop)
{
    public static QueueRule Default { get; } = new(QueueMode.Collect, TimeSpan.FromSeconds(1), 20, QueueDrop.Summarize);

    /// <summary>Null where the word means nothing.</summary>
    public static QueueMode? ModeOf(string? word) =>
        word switch
        {
            "collect" => QueueMode.Collect,
            "followup" or "steer" or "queue" or "steer-backlog" or "steer+backlog" => QueueMode.Followup,
            "interrupt" => QueueMode.Interrupt,
            _ => null,
        };

    /// <summary>Null where the word means nothing.</summary>
    public static QueueDrop? DropOf(string? word) =>
        word switch
        {
            "summarize" => QueueDrop.Summarize,
            "old" => QueueDrop.Old,
            "new" => QueueDrop.New,
            _ => null,
        };
}
