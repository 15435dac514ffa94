using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Agents;

/// <summary>Agents: list, status, register, deregister, and their tasks.</summary>
internal sealed class AgentRoutes(HubParts hub, Dispatcher dispatcher, AgentChanges agents, Registration registration)
{
    private const int MostCurrentTasks = 1000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/agents", List).Old();
        app.MapPost("/agents/register", registration.RegisterAsync).Old(AccessRule.OwnProof);
        app.MapGet("/agents/{id}/status", Status).Old();
        app.MapDelete("/agents/{id}", Deregister).Old();
        app.MapPost("/agents/{id}/task", Submit).Old();
        app.MapGet("/agents/{id}/tasks", Tasks);
    }

    private async Task List(HttpContext context)
    {
        var unfinished = (await CurrentAsync(null, context.RequestAborted)).ToLookup(t => t.Task.Agent);
        var usage = await hub.Config.Usage(context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("agents");
                foreach (var seat in hub.Book.All)
                {
                    AgentView.Write(json, seat, unfinished[seat.Id], usage.GetValueOrDefault(seat.Id));
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Status(HttpContext context)
    {
        var id = Requests.Agent(context, hub.Config);
        if (hub.Config.Elsewhere is { } elsewhere && elsewhere.GatewayOf(id) is { } gateway)
        {
            await JsonReply.WriteAsync(
                context,
                json =>
                {
                    json.WritePropertyName("agent");
                    ElsewhereView.Write(json, elsewhere.StateOf(id), gateway);
                }
            );
            return;
        }

        var seat = hub.Book.Get(id);
        var unfinished = await CurrentAsync(seat.Id, context.RequestAborted);
        var usage = await hub.Config.Usage(context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("agent");
                AgentView.Write(json, seat, unfinished, usage.GetValueOrDefault(seat.Id));
            }
        );
    }

    /// <summary>With their payloads for the older clients alone: a thousand may be a gigabyte.</summary>
    private ValueTask<IReadOnlyList<TaskRecord>> CurrentAsync(AgentId? agent, CancellationToken cancel) =>
        hub.Tasks.ListAsync(
            TaskQuery.Unfinished(agent) with
            {
                Limit = MostCurrentTasks,
                Bodies = hub.Config.OldUnauthenticated,
            },
            cancel
        );

    private async Task Deregister(HttpContext context)
    {
        var id = Requests.Agent(context, hub.Config);
        await agents.DeregisterAsync(id, context.RequestAborted);
        await hub.Audit.RecordAsync("admin", "agent.deregister", $"agent:{id}", "ok");
        await JsonReply.WriteAsync(context, json => json.WriteString("status", "deregistered"));
    }

    private async Task Submit(HttpContext context)
    {
        var agent = Requests.Agent(context, hub.Config);
        var wait = Requests.Wait(context);
        var payload = await JsonBody.ReadAsync(context, onlyJson: hub.Config.OldUnauthenticated);
        var id = dispatcher.NewId();
        using var listener = wait > TimeSpan.Zero ? hub.Feed.Listen(id) : null;
        var queued = await dispatcher.SubmitAsync(new TaskRequest(agent, payload, "admin"), id);
        var record = listener is null ? null : await Waiting.ForAsync(hub, listener, id, wait!.Value, context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("taskId", id.Value);
                json.WriteString("status", "sent");
                if (!hub.Config.OldUnauthenticated)
                {
                    json.WriteBoolean("queued", queued);
                }

                if (record is not null)
                {
                    json.WritePropertyName("task");
                    TaskView.Write(json, record);
                }
            }
        );
    }

    private Task Tasks(HttpContext context)
    {
        var seat = hub.Book.Get(Requests.Agent(context, hub.Config));
        return TaskLists.ReplyAsync(context, hub.Tasks, Requests.Query(context, seat.Id));
    }
}
