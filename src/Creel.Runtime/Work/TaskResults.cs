using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Runtime.Journals;
using Creel.Runtime.Link;

namespace Creel.Runtime.Work;

/// <summary>Keeps each result and sends it, again after every welcome, until the hub has acknowledged it.</summary>
internal sealed class TaskResults(Journal journal, Outbox outbox, TimeProvider time, RuntimeLog log)
{
    /// <summary>Whatever a runtime before this one had started is interrupted; nobody knows how far it came.</summary>
    public void Recover()
    {
        foreach (var id in journal.Running)
        {
            Keep(id, new TaskOutcome(TaskState.Interrupted, null, "The cell's runtime ended while the task ran"), TimeSpan.Zero);
        }
    }

    /// <summary>The task has ended so.</summary>
    public void Keep(string id, TaskOutcome outcome, TimeSpan duration)
    {
        var body = ResponseBody.Write(id, outcome, duration, time.GetUtcNow());
        if (!journal.End(id, body, outcome.State == TaskState.Interrupted))
        {
            log.Write($"the result of task {id} could not be written to the journal; it is kept in memory until the hub has it");
        }

        outbox.Post(MessageTypes.Response, body);
    }

    /// <summary>The hub has asked for a task that ended here already.</summary>
    public void Send(string id)
    {
        if (journal.Result(id) is { } body)
        {
            outbox.Post(MessageTypes.Response, body);
        }
        else if (journal.Knows(id) == JournalKnowledge.Finished)
        {
            Keep(id, TaskOutcome.Failure("A task in the cell destroyed the result before the hub had it"), TimeSpan.Zero);
        }
    }

    /// <summary>After a welcome: what was not acknowledged goes out again.</summary>
    public void SendAll()
    {
        foreach (var id in journal.Finished)
        {
            Send(id);
        }
    }

    /// <summary>The hub has the result on disk.</summary>
    public void Acknowledge(string id) => journal.Forget(id);
}
