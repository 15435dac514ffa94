using System.Diagnostics;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Work;
using Creel.Server.Hub;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Cells;

/// <summary>The API of habitats and cells. What takes time is told as it happens, one JSON object a line.</summary>
internal sealed class CellRoutes(
    HabitatKeeper habitats,
    Reconciler reconciler,
    CellRunner runner,
    Fingerprints fingerprints,
    CellDoors doors,
    ITaskStore tasks
)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);

    private readonly CellViews views = new(runner, doors, tasks);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/habitat", Habitat);
        app.MapPost("/habitat/plan", PlanAsync);
        app.MapPost("/habitat/apply", ApplyAsync);
        app.MapPost("/habitat/down", DownAsync);
        app.MapPost("/habitat/agents", AddAgentAsync);
        app.MapDelete("/habitat/agents/{id}", RemoveAgentAsync);
        app.MapGet("/cells", CellsAsync);
        app.MapPost("/agents/{id}/start", context => SetAsync(context, true));
        app.MapPost("/agents/{id}/stop", context => SetAsync(context, false));
        app.MapPost("/agents/{id}/restart", context => SetAsync(context, false, true));
        app.MapGet("/drivers", DriversAsync);
    }

    private Task Habitat(HttpContext context) =>
        habitats is { Current: { } habitat, File: { } file }
            ? ViewReply.WriteAsync(context, HabitatView.From(habitat, file, habitats.Revision))
            : throw HabitatKeeper.NothingUp();

    private async Task PlanAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        var candidate = habitats.Read(request.File, request.Lenient);
        if (candidate.Reading.Model is not { } habitat)
        {
            await WrongAsync(context, candidate);
            return;
        }

        var (plan, designs) = await reconciler.PlanAsync(habitat, context.RequestAborted);
        Reconciler.Refuse(designs.Faults);
        await ViewReply.WriteAsync(context, PlanView.From(plan, candidate.Reading.Problems));
    }

    private async Task ApplyAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        await ApplyAsync(context, habitats.Read(request.File, request.Lenient), request.DeleteWorkspaces);
    }

    private async Task DownAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        await ApplyStream.AnswerAsync(
            context,
            reconciler.ApplyAsync(null, request.DeleteWorkspaces, habitats.Clear, context.RequestAborted),
            []
        );
    }

    private async Task AddAgentAsync(HttpContext context)
    {
        var agent = await JsonBody.ReadAsync(context);
        var candidate = await habitats.AddAgentAsync(JsonSerializer.Deserialize<JsonElement>(agent.Span), context.RequestAborted);
        await ApplyAsync(context, candidate, deleteWorkspaces: false);
    }

    private async Task RemoveAgentAsync(HttpContext context)
    {
        var candidate = await habitats.RemoveAgentAsync(Agent(context), context.RequestAborted);
        await ApplyAsync(context, candidate, context.Request.Query["deleteWorkspaces"] == "true");
    }

    private async Task CellsAsync(HttpContext context) =>
        await ViewReply.WriteAsync(context, new CellsView(await views.AllAsync(context.RequestAborted)));

    private async Task DriversAsync(HttpContext context)
    {
        var drivers = await fingerprints.AllAsync(context.RequestAborted);
        await ViewReply.WriteAsync(context, new DriversView([.. drivers.Select(DriverView.From)]));
    }

    /// <summary>Stops or starts the cell of an agent; a start answers when its runtime has connected.</summary>
    private async Task SetAsync(HttpContext context, params bool[] running)
    {
        var agent = Agent(context);
        var cell =
            runner.Cells.Values.FirstOrDefault(c => c.Design?.Agents.Any(a => a.Id == agent) == true)
            ?? throw new CreelException(
                Fault.NotFound("agent", $"no agent {agent} is in the habitat that is up", "See them: creel ps.")
            );
        var clock = Stopwatch.StartNew();
        double? connected = null;
        foreach (var state in running)
        {
            await reconciler.SetRunningAsync(cell.Record.Id, state, habitats.Current, CancellationToken.None);
            if (state)
            {
                using var patience = new CancellationTokenSource(ConnectPatience);
                connected = await doors.WaitConnectedAsync(cell.Record.Id, patience.Token)
                    ? clock.Elapsed.TotalMilliseconds
                    : null;
            }
        }

        await ViewReply.WriteAsync(context, new CellChangeView(await views.OneAsync(cell, context.RequestAborted), connected));
    }

    private async Task ApplyAsync(HttpContext context, HabitatSnapshot candidate, bool deleteWorkspaces)
    {
        if (candidate.Reading.Model is not { } habitat)
        {
            await WrongAsync(context, candidate);
            return;
        }

        var events = reconciler.ApplyAsync(habitat, deleteWorkspaces, () => habitats.Accept(candidate), context.RequestAborted);
        await ApplyStream.AnswerAsync(context, events, candidate.Reading.Problems);
    }

    private static Task WrongAsync(HttpContext context, HabitatSnapshot candidate)
    {
        var errors = candidate.Reading.Problems.Where(p => p.Severity == Severity.Error);
        var view = new WrongHabitatView(
            string.Join("\n", errors),
            "habitat",
            [.. candidate.Reading.Problems.Select(ProblemView.From)]
        );
        return ViewReply.WriteAsync(context, view, StatusCodes.Status400BadRequest);
    }

    private static AgentId Agent(HttpContext context) => AgentId.Parse((string?)context.Request.RouteValues["id"]);

    private static async Task<HabitatRequest> ReadAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context);
        try
        {
            return JsonSerializer.Deserialize<HabitatRequest>(body.Span, JsonSerializerOptions.Web) ?? new HabitatRequest(null);
        }
        catch (JsonException e)
        {
            throw new CreelException(
                Fault.Invalid(
                    "json-field",
                    "a field of the body has the wrong type",
                    "It takes 'file' (text), 'lenient' and 'deleteWorkspaces' (true or false)."
                ),
                e
            );
        }
    }

    /// <param name="File">Absolute; null: the habitat in force.</param>
    private sealed record HabitatRequest(string? File, bool Lenient = false, bool DeleteWorkspaces = false);
}
