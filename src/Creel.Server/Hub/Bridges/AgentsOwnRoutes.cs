using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Work;
using Creel.Server.Hub.Agents;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Bridges;

/// <summary>
/// The agents' own API: who am I, my tasks, whom may I ask. On the cells' sockets, and on the ports for agents at gateways elsewhere.
/// </summary>
internal sealed class AgentsOwnRoutes(HubParts hub, AgentCallers callers, Bridge bridge)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/creel/whoami", WhoAmI).Access(AccessRule.Agent);
        app.MapGet("/creel/tasks", Tasks).Access(AccessRule.Agent);
        app.MapGet("/creel/tasks/{id}", Show).Access(AccessRule.Agent);
        app.MapGet("/creel/agents", Agents).Access(AccessRule.Agent);
        app.MapPost("/creel/agents/{id}/task", Ask).Access(AccessRule.Agent);
    }

    private async Task WhoAmI(HttpContext context)
    {
        var caller = await callers.OfAsync(context);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("agent", caller.Id.Value);
                json.WriteString("group", caller.GroupName);
                json.WriteString("cell", caller.Cell);
                if (caller.Gateway is { } gateway)
                {
                    json.WriteString("gateway", gateway);
                }

                json.WriteStartArray("agents");
                foreach (var one in caller.Group)
                {
                    json.WriteStringValue(one.Value);
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Tasks(HttpContext context)
    {
        var caller = await callers.OfAsync(context);
        await TaskLists.ReplyAsync(context, hub.Tasks, Requests.Query(context, caller.Id));
    }

    /// <summary>A task of this agent's, or one that it asked for. Any other is as if it were not.</summary>
    private async Task Show(HttpContext context)
    {
        var caller = await callers.OfAsync(context);
        var (id, wait) = (Requests.Task(context), Requests.Wait(context));
        if (!await TellAsync(context, caller, id, onlyOver: wait > TimeSpan.Zero))
        {
            await Waiting.ForAsync(hub, id, wait, context.RequestAborted);
            await TellAsync(context, caller, id, onlyOver: false);
        }
    }

    /// <returns>False where only a task that is over was to be told, and this one is not.</returns>
    private async Task<bool> TellAsync(HttpContext context, AgentCaller caller, TaskId id, bool onlyOver)
    {
        await caller.Telling.WaitAsync(context.RequestAborted);
        try
        {
            var record = await hub.Tasks.FindAsync(id, context.RequestAborted);
            if (record is null || (record.Task.Agent != caller.Id && record.Task.From != Bridge.Name(caller.Id)))
            {
                throw Dispatcher.Unknown(id);
            }

            if (onlyOver && !record.State.IsFinal())
            {
                return false;
            }

            await TaskView.ReplyAsync(context, record);
            return true;
        }
        finally
        {
            caller.Telling.Release();
        }
    }

    private async Task Agents(HttpContext context)
    {
        var caller = await callers.OfAsync(context);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("agents");
                foreach (var other in hub.Book.All.Where(a => a.Id != caller.Id && bridge.Permits(caller.Id, a.Id)))
                {
                    json.WriteStartObject();
                    json.WriteString("id", other.Id.Value);
                    json.WriteString("status", AgentView.Status(other));
                    json.WriteEndObject();
                }

                var elsewhere = hub.Config.ElsewhereTurns is null ? null : hub.Config.Elsewhere;
                foreach (var other in elsewhere?.All.Where(a => a != caller.Id && bridge.Permits(caller.Id, a)) ?? [])
                {
                    json.WriteStartObject();
                    json.WriteString("id", other.Value);
                    json.WriteString("status", elsewhere!.StateOf(other).Standing.Word());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Ask(HttpContext context)
    {
        var caller = await callers.OfAsync(context);
        var wait = Requests.Wait(context);
        var to = AgentId.Parse(context.Request.RouteValues["id"] as string);
        if (!bridge.Permits(caller.Id, to))
        {
            await bridge.RefuseAsync(caller.Id, to.Value);
        }

        var payload = await BodyAsync(context, caller);
        var ticket = await bridge.AskAsync(caller.Id, to, payload);
        if (!(wait > TimeSpan.Zero))
        {
            await ReplyAsync(context, ticket, null);
            return;
        }

        // The answer is read again in its turn: until then nothing of it is held here.
        await Waiting.ForAsync(hub, ticket.Id, wait, context.RequestAborted);
        await caller.Telling.WaitAsync(context.RequestAborted);
        try
        {
            await ReplyAsync(context, ticket, await hub.Tasks.FindAsync(ticket.Id, context.RequestAborted));
        }
        finally
        {
            caller.Telling.Release();
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> BodyAsync(HttpContext context, AgentCaller caller)
    {
        await caller.Asking.WaitAsync(context.RequestAborted);
        try
        {
            return await JsonBody.ReadAsync(context);
        }
        finally
        {
            caller.Asking.Release();
        }
    }

    private static Task ReplyAsync(HttpContext context, TaskTicket ticket, TaskRecord? record) =>
        JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("taskId", ticket.Id.Value);
                json.WriteString("status", "sent");
                json.WriteBoolean("queued", ticket.Queued);
                if (record is not null)
                {
                    json.WritePropertyName("task");
                    TaskView.Write(json, record);
                }
            }
        );
}
