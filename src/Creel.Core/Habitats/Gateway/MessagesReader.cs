using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads the <c>messages</c> section.</summary>
internal static class MessagesReader
{
    public static MessagesModel Read(Json5Object? messages)
    {
        var usual = new MessagesModel();
        return new MessagesModel
        {
            Queue = Queue(messages.Map("queue")),
            Inbound = Debounce(messages.Map("inbound"), "debounceMs", "byChannel", usual.Inbound),
            MentionPatterns = messages.Map("groupChat").Words("mentionPatterns"),
            GroupHistoryLimit = messages.Map("groupChat").Whole("historyLimit"),
            MessagePrefix = messages.Word("messagePrefix"),
            ResponsePrefix = messages.Word("responsePrefix"),
            AckReaction = (messages?.Value("ackReaction") as Json5String)?.Value,
            AckReactionScope = messages.Word("ackReactionScope") ?? usual.AckReactionScope,
            RemoveAckAfterReply = messages.Flag("removeAckAfterReply") ?? false,
            SuppressToolErrors = messages.Flag("suppressToolErrors") ?? false,
        };
    }

    private static QueueRules Queue(Json5Object? queue)
    {
        var usual = new QueueRules();
        return new QueueRules
        {
            Mode = Mode(queue.Word("mode")) ?? usual.Mode,
            ModeByChannel = NodeValues
                .Pairs(queue.Map("byChannel"), m => Mode(NodeValues.Word(m.Value)))
                .ToDictionary(m => RoutingText.Channel(m.Key), m => m.Value),
            Debounce = Debounce(queue, "debounceMs", "debounceMsByChannel", usual.Debounce),
            Cap = queue.Whole("cap") ?? usual.Cap,
            Drop = queue.Word("drop") ?? usual.Drop,
        };
    }

    private static string? Mode(string? word) => word == "steer+backlog" ? "steer-backlog" : word;

    private static Debounce Debounce(Json5Object? node, string key, string byChannel, Debounce usual) =>
        new(
            node.Whole(key) is >= 0 and var time ? TimeSpan.FromMilliseconds(time) : usual.Time,
            (node.Map(byChannel)?.Members ?? [])
                .Where(m => NodeValues.Whole(m.Value) is >= 0)
                .GroupBy(m => RoutingText.Channel(m.Key))
                .ToDictionary(g => g.Key, g => TimeSpan.FromMilliseconds(NodeValues.Whole(g.Last().Value)!.Value))
        );
}
