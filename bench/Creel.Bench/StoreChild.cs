using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Bench;

/// <summary>
/// A process to be killed: it adds and ends tasks without pause, and tells each as soon as the store has answered for it
/// (<c>A id</c> added, <c>C id</c> ended), so that whoever reads along knows what must still be there afterwards.
/// </summary>
internal static class StoreChild
{
    public static async Task<int> RunAsync(string file, int producers)
    {
        await using var store = await SqliteStore.OpenAsync(file);
        using var output = Console.OpenStandardOutput();
        var agent = AgentId.Parse("homer");
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(ProduceAsync)));
        return 0;

        async Task ProduceAsync()
        {
            while (true)
            {
                var task = SampleTask.New(agent);
                await store.Tasks.AppendAsync([new NewTask(task, new Lease("journal", 1), int.MaxValue)]);
                Tell('A', task.Id);
                var end = new TaskCompletion(task.Id, TaskState.Succeeded, 1, "{}"u8.ToArray(), task.CreatedAt);
                await store.Tasks.CompleteAsync([end]);
                Tell('C', task.Id);
            }
        }

        // One write a line, so that a kill never leaves half a line followed by another.
        void Tell(char what, TaskId id) => output.Write(System.Text.Encoding.ASCII.GetBytes($"{what} {id}\n"));
    }
}
