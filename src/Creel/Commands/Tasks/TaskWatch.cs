using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Tasks;

/// <summary>A task's output as it comes, until its end.</summary>
internal static class TaskWatch
{
    /// <param name="limit">At most so long; null or infinite: until the end.</param>
    public static async Task<int> RunAsync(Call call, string id, TimeSpan? limit, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = call.Time.CreateTimer(_ => over.Cancel(), null, limit ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            return await FollowAsync(call, id, over.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return TaskResult.Show(call, await call.Client.GetAsync($"tasks/{TaskWait.Segment(id)}", cancel), outputShown: true);
        }
    }

    private static async Task<int> FollowAsync(Call call, string id, CancellationToken cancel)
    {
        var writers = new Dictionary<string, PlainTextWriter>
        {
            ["stdout"] = new(call.Io.Out),
            ["stderr"] = new(call.Io.Error),
        };
        var shown = false;
        await foreach (var (name, data) in call.Client.EventsAsync($"tasks/{TaskWait.Segment(id)}/events", cancel))
        {
            switch (name)
            {
                case "end":
                    Finish(call, writers);
                    if (call.Json)
                    {
                        call.PrintLine(new { @event = name, data });
                        return TaskResult.ExitCode(data.GetProperty("state").GetString()!);
                    }

                    return TaskResult.Show(call, data, shown);
                case var _ when call.Json:
                    call.PrintLine(new { @event = name, data });
                    break;
                case "output":
                    shown = true;
                    Pass(writers, data);
                    break;
            }
        }

        throw new CreelException(Fault.Unavailable("events-cut", "the server went away before the task's end", $"see it later: creel task show {id} --wait"));
    }

    private static void Pass(Dictionary<string, PlainTextWriter> writers, JsonElement data)
    {
        var stream = data.TryGetProperty("stream", out var named) ? named.GetString() : null;
        if (writers.TryGetValue(stream ?? "", out var writer) && data.TryGetProperty("data", out var piece) && piece.TryGetBytesFromBase64(out var bytes))
        {
            writer.Write(bytes);
        }
    }

    private static void Finish(Call call, Dictionary<string, PlainTextWriter> writers)
    {
        foreach (var writer in writers.Values)
        {
            writer.Finish();
        }

        if (!writers["stdout"].AtLineStart)
        {
            call.Io.Out.WriteLine();
        }
    }
}
