using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;

namespace Creel.Server.Hub.Tasks;

/// <summary>Follows tasks for other rooms of the server: output as it comes, then the end.</summary>
internal sealed class TaskFollower(HubParts hub) : ITaskWatch
{
    /// <summary>How often it is looked whether the agent came back, whose new connection knows of no watcher.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    public async Task<TaskRecord?> FollowAsync(TaskId id, Action<OutputChunk?> seen, CancellationToken cancel = default)
    {
        var events = new TaskEvents();
        using var listener = hub.Feed.Listen(id, events);
        if (await hub.Tasks.FindAsync(id, cancel) is not { } record)
        {
            return null;
        }

        if (record.State.IsFinal())
        {
            return record;
        }

        var agent = record.Task.Agent;
        var started = record.State == TaskState.Running;
        if (started)
        {
            seen(null);
        }

        var asked = Ask(agent, id, MessageTypes.Watch);
        try
        {
            while (true)
            {
                while (events.TryTake(out var next))
                {
                    if (next.End is { } end)
                    {
                        return end;
                    }

                    if (next.Output is { } chunk)
                    {
                        started = true;
                        seen(chunk);
                    }
                    else if (!started)
                    {
                        // It was asked for its output before it had any.
                        started = true;
                        seen(null);
                        asked = Ask(agent, id, MessageTypes.Watch);
                    }
                }

                if (events.TakeMissed() || hub.Book.Find(agent)?.Link != asked)
                {
                    asked = Ask(agent, id, MessageTypes.Watch);
                }

                using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                quiet.CancelAfter(LookAgain);
                try
                {
                    await events.WaitAsync(quiet.Token);
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { }
            }
        }
        finally
        {
            listener.Dispose();
            if (!hub.Feed.Watched(id))
            {
                Ask(agent, id, MessageTypes.Unwatch);
            }
        }
    }

    /// <returns>Who was asked; null where nobody is there.</returns>
    private Link? Ask(AgentId agent, TaskId id, string type)
    {
        var link = hub.Book.Find(agent)?.Link;
        if (link is { Kind: LinkKind.Runtime })
        {
            link.Post(LinkText.Notice(type, agent.Value, id.ToString()));
        }

        return link;
    }
}
