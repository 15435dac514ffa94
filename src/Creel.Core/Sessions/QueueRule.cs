using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Sessions;

/// <summary>How a session's queue behaves.</summary>
/// <param name="Debounce">So long it must have been quiet before what waits becomes a turn. A session that is free waits for nothing.</param>
/// <param name="Cap">So many messages wait in a session, at most.</param>
public sealed record QueueRule(QueueMode Mode, TimeSpan Debounce, int Cap, QueueDrop Drop)
{
    /// <summary>What comes while a turn runs is for that turn to hear.</summary>
    public bool Steers => Mode is QueueMode.Steer or QueueMode.SteerBacklog;

    /// <param name="channel">Null: a client of the gateway.</param>
    public static QueueRule Of(QueueRules rules, string? channel)
    {
        var name = channel ?? "webchat";
        var mode = rules.ModeOf(name) switch
        {
            "interrupt" => QueueMode.Interrupt,
            "followup" => QueueMode.Followup,
            "steer" or "queue" => QueueMode.Steer,
            "steer-backlog" or "steer+backlog" => QueueMode.SteerBacklog,
            _ => QueueMode.Collect,
        };
        var drop = rules.Drop switch
        {
            "old" => QueueDrop.Old,
            "new" => QueueDrop.New,
            _ => QueueDrop.Summarize,
        };
        return new QueueRule(mode, rules.Debounce.Of(name), rules.Cap, drop);
    }
}
