using Creel.Core;
using Creel.Core.Work;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Hub;

/// <summary>Reads what the hub's routes are asked for.</summary>
internal static class Requests
{
    private const int MostTasks = 1000;
    private const int LongestOldId = 1024;

    public static AgentId Agent(HttpContext context, HubConfig config) =>
        Agent(context.Request.RouteValues["id"] as string, config.OldUnauthenticated);

    /// <param name="old">Any text will do, as ever.</param>
    public static AgentId Agent(string? text, bool old) =>
        old && text is { Length: > 0 and <= LongestOldId } ? AgentId.Legacy(text) : AgentId.Parse(text);

    public static TaskId Task(HttpContext context) =>
        TaskId.TryParse(context.Request.RouteValues["id"] as string, out var id)
            ? id
            : throw new CreelException(
                Fault.Invalid("task-id", "that is not a task id: they look like 0198c0de-0000-7000-8000-000000000000")
            );

    /// <summary>How long to wait for an end: <c>?wait=</c> seconds, at most an hour; null where it is not asked for.</summary>
    public static TimeSpan? Wait(HttpContext context) =>
        Number(context, "wait", 0, 3600) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public static int? Number(HttpContext context, string name, int least, int most)
    {
        var text = context.Request.Query[name];
        return text.Count == 0 ? null
            : int.TryParse(text, out var number) && number >= least && number <= most ? number
            : throw new CreelException(Fault.Invalid("query", $"'{name}' is not a number from {least} to {most}"));
    }

    public static bool Flag(HttpContext context, string name) => context.Request.Query[name].ToString() is "1" or "true";

    public static TaskQuery Query(HttpContext context, AgentId? agent)
    {
        var query = context.Request.Query;
        var states = new List<TaskState>();
        foreach (var word in query["state"].SelectMany(s => s!.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            states.Add(
                TaskStates.TryParse(word, out var state)
                    ? state
                    : throw new CreelException(
                        Fault.Invalid(
                            "query",
                            $"'state' is not one of {string.Join(", ", Enum.GetValues<TaskState>().Select(s => s.Word()))}"
                        )
                    )
            );
        }

        TaskId? before = null;
        if (query["before"] is { Count: > 0 } text)
        {
            before = TaskId.TryParse(text, out var id)
                ? id
                : throw new CreelException(Fault.Invalid("query", "'before' is not a task id"));
        }

        return new TaskQuery(agent, states, Number(context, "limit", 1, MostTasks) ?? 100, before);
    }
}
