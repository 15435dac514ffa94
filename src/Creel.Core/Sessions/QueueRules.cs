namespace Creel.Core.Sessions;

/// <summary><c>messages.queue</c>: the rule, and which channels have another mode or debounce.</summary>
/// <param name="ModeByChannel">By the channel's id.</param>
public sealed record QueueRules(
    QueueRule Usual,
    IReadOnlyDictionary<string, QueueMode> ModeByChannel,
    IReadOnlyDictionary<string, TimeSpan> DebounceByChannel
)
{
    public static QueueRules Default { get; } =
        new(QueueRule.Default, new Dictionary<string, QueueMode>(), new Dictionary<string, TimeSpan>());

    /// <param name="channel">Null: a client of the gateway.</param>
    public QueueRule For(string? channel)
    {
        var name = channel ?? "webchat";
        return Usual with
        {
            Mode = ModeByChannel.TryGetValue(name, out var mode) ? mode : Usual.Mode,
            Debounce = DebounceByChannel.TryGetValue(name, out var debounce) ? debounce : Usual.Debounce,
        };
    }
}
