using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Tasks;

/// <summary>Tasks: look, wait, list, cancel, watch.</summary>
internal sealed class TaskRoutes(HubParts hub, Dispatcher dispatcher, TaskEventRoute events)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/tasks", List);
        app.MapGet("/tasks/{id}", Show);
        app.MapPost("/tasks/{id}/cancel", Cancel);
        app.MapGet("/tasks/{id}/events", events.StreamAsync);
    }

    private Task List(HttpContext context)
    {
        var agent = context.Request.Query["agent"];
        return TaskLists.ReplyAsync(
            context,
            hub.Tasks,
            Requests.Query(context, agent.Count > 0 ? Requests.Agent(agent, hub.Config.OldUnauthenticated) : null)
        );
    }

    private async Task Show(HttpContext context) =>
        await TaskView.ReplyAsync(
            context,
            await Waiting.ForAsync(hub, Requests.Task(context), Requests.Wait(context), context.RequestAborted)
        );

    private async Task Cancel(HttpContext context) =>
        await TaskView.ReplyAsync(context, await dispatcher.CancelAsync(Requests.Task(context), "admin", context.RequestAborted));
}
