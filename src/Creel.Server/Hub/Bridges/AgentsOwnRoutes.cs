using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub.Agents;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Bridges;

/// <summary>
/// The agents' own API, on the cells' sockets alone: who am I, my tasks, whom may I ask. The socket proves the cell; which of the
/// cell's agents it is, the caller says.
/// </summary>
internal sealed class AgentsOwnRoutes(HubParts hub, CellDoors doors, Bridge bridge)
{
    public const string AgentHeader = "x-creel-agent";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/creel/whoami", WhoAmI).Access(AccessRule.Cell);
        app.MapGet("/creel/tasks", Tasks).Access(AccessRule.Cell);
        app.MapGet("/creel/tasks/{id}", Show).Access(AccessRule.Cell);
        app.MapGet("/creel/agents", Agents).Access(AccessRule.Cell);
        app.MapPost("/creel/agents/{id}/task", Ask).Access(AccessRule.Cell);
    }

    private Task WhoAmI(HttpContext context)
    {
        var (station, seat) = Caller(context);
        return JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("agent", seat.Id.Value);
                json.WriteString("group", station.Declared?.Name);
                json.WriteString("cell", station.Name);
                json.WriteStartArray("agents");
                foreach (var one in station.Seats)
                {
                    json.WriteStringValue(one.Id.Value);
                }

                json.WriteEndArray();
            }
        );
    }

    private Task Tasks(HttpContext context) =>
        TaskLists.ReplyAsync(context, hub.Tasks, Requests.Query(context, Caller(context).Seat.Id));

    /// <summary>A task of this agent's, or one that it asked for. Any other is as if it were not.</summary>
    private async Task Show(HttpContext context)
    {
        var (station, seat) = Caller(context);
        var (id, wait) = (Requests.Task(context), Requests.Wait(context));
        if (!await TellAsync(context, station, seat, id, onlyOver: wait > TimeSpan.Zero))
        {
            await Waiting.ForAsync(hub, id, wait, context.RequestAborted);
            await TellAsync(context, station, seat, id, onlyOver: false);
        }
    }

    /// <returns>False where only a task that is over was to be told, and this one is not.</returns>
    private async Task<bool> TellAsync(HttpContext context, Station station, AgentSeat seat, TaskId id, bool onlyOver)
    {
        await station.Telling.WaitAsync(context.RequestAborted);
        try
        {
            var record = await hub.Tasks.FindAsync(id, context.RequestAborted);
            if (record is null || (record.Task.Agent != seat.Id && record.Task.From != Bridge.Name(seat.Id)))
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
            station.Telling.Release();
        }
    }

    private Task Agents(HttpContext context)
    {
        var (_, seat) = Caller(context);
        return JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("agents");
                foreach (var other in hub.Book.All.Where(a => a != seat && bridge.Permits(seat.Id, a.Id)))
                {
                    json.WriteStartObject();
                    json.WriteString("id", other.Id.Value);
                    json.WriteString("status", AgentView.Status(other));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Ask(HttpContext context)
    {
        var (station, seat) = Caller(context);
        var wait = Requests.Wait(context);
        var to = AgentId.Parse(context.Request.RouteValues["id"] as string);
        if (!bridge.Permits(seat.Id, to))
        {
            await bridge.RefuseAsync(seat.Id, to.Value);
        }

        var payload = await BodyAsync(context, station);
        var ticket = await bridge.AskAsync(seat.Id, to, payload);
        if (!(wait > TimeSpan.Zero))
        {
            await ReplyAsync(context, ticket, null);
            return;
        }

        // The answer is read again in its turn: until then nothing of it is held here.
        await Waiting.ForAsync(hub, ticket.Id, wait, context.RequestAborted);
        await station.Telling.WaitAsync(context.RequestAborted);
        try
        {
            await ReplyAsync(context, ticket, await hub.Tasks.FindAsync(ticket.Id, context.RequestAborted));
        }
        finally
        {
            station.Telling.Release();
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> BodyAsync(HttpContext context, Station station)
    {
        await station.Asking.WaitAsync(context.RequestAborted);
        try
        {
            return await JsonBody.ReadAsync(context);
        }
        finally
        {
            station.Asking.Release();
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

    private (Station Station, AgentSeat Seat) Caller(HttpContext context)
    {
        var cell = context.Features.Get<CellCaller>()!.Cell;
        var station =
            doors.Find(cell) ?? throw new CreelException(Fault.Unavailable("cell-closed", "this cell's door is closed"));
        var label = context.Request.Headers[AgentHeader];
        var seats = station.Seats;
        if (label.Count == 0 && seats.Count == 1)
        {
            return (station, seats[0]);
        }

        var seat = label.Count == 1 ? seats.FirstOrDefault(s => s.Id.Value == label[0]) : null;
        return seat is not null
            ? (station, seat)
            : throw new CreelException(
                Fault.Refused(
                    "agent-label",
                    label.Count == 0 ? "several agents share this cell" : "no agent of that name is in this cell",
                    $"say which one you are: {AgentHeader}: {string.Join(" | ", seats.Select(s => s.Id))}"
                )
            );
    }
}
