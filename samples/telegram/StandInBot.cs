using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Creel.Samples.Telegram;

/// <summary>A bot of <see cref="StandInTelegram"/>: what it is told, until it has confirmed it.</summary>
public sealed class StandInBot(string token, long id, string username)
{
    private readonly Lock gate = new();
    private readonly List<JsonObject> updates = [];
    private readonly ConcurrentQueue<SendRefusal> refusals = new();
    private readonly CancellationTokenSource closed = new();
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long nextUpdate = 10_000;
    private long nextMessage;

    public string Token { get; } = token;

    public long Id { get; } = id;

    public string Username { get; } = username;

    public StandInWebhook? Webhook { get; set; }

    /// <summary>The commands that its chats offer; null: nobody said any.</summary>
    public IReadOnlyList<string>? Menu { get; set; }

    /// <summary>Another program asks for its updates.</summary>
    public bool Conflict { get; set; }

    /// <summary>Each sign of writing that it gave.</summary>
    public ConcurrentQueue<JsonNode> Typed { get; } = new();

    /// <summary>What is kept for it, by its <c>file_id</c>: letters and digits.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>No file of it is given before this is over.</summary>
    public Task FilesHeld { get; set; } = Task.CompletedTask;

    /// <summary>Files that it sent.</summary>
    public ConcurrentQueue<SentFile> Received { get; } = new();

    /// <summary>It is told how large a file is before it gets it.</summary>
    public bool TellsSizes { get; set; } = true;

    /// <summary>Each sign that it put on a message.</summary>
    public ConcurrentQueue<JsonNode> Reacted { get; } = new();

    /// <summary>Called when a message was taken and answered for.</summary>
    public Action<SentMessage>? AfterSend { get; set; }

    /// <summary>Answers a message of a body in the place of taking it; null: by what was queued.</summary>
    public Func<JsonNode, SendRefusal?>? Refuse { get; set; }

    public int Unconfirmed
    {
        get
        {
            lock (gate)
            {
                return updates.Count;
            }
        }
    }

    public void RefuseNext(params SendRefusal[] next)
    {
        foreach (var refusal in next)
        {
            refusals.Enqueue(refusal);
        }
    }

    public SendRefusal? NextRefusal(JsonNode body) => refusals.TryDequeue(out var next) ? next : Refuse?.Invoke(body);

    public long NextMessage() => Interlocked.Increment(ref nextMessage);

    /// <param name="message">As in the documentation's <c>Message</c>; null: an update of another kind.</param>
    public JsonObject Add(JsonObject? message, JsonObject? update = null)
    {
        lock (gate)
        {
            update ??= new JsonObject { ["message"] = message };
            update["update_id"] ??= nextUpdate++;
            updates.Add(update);
            arrived.TrySetResult();
            return update.DeepClone().AsObject();
        }
    }

    public JsonObject Me() =>
        new()
        {
            ["id"] = Id,
            ["is_bot"] = true,
            ["first_name"] = Username,
            ["username"] = Username,
            ["can_join_groups"] = true,
            ["can_read_all_group_messages"] = false,
            ["supports_inline_queries"] = false,
        };

    public async Task<JsonArray> WaitAsync(long offset, int limit, TimeSpan timeout, CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, closed.Token);
        both.CancelAfter(timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1));
        while (true)
        {
            Task wait;
            lock (gate)
            {
                updates.RemoveAll(u => (long)u["update_id"]! < offset);
                if (updates.Count > 0)
                {
                    return [.. updates.Take(limit).Select(u => u.DeepClone())];
                }

                if (arrived.Task.IsCompleted)
                {
                    arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                wait = arrived.Task;
            }

            try
            {
                await wait.WaitAsync(both.Token);
            }
            catch (OperationCanceledException)
            {
                return [];
            }
        }
    }

    public void Close() => closed.Cancel();
}
