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
internal static class CellRoutes
{
    public static void Map(
        IEndpointRouteBuilder routes,
        HabitatKeeper habitats,
        Reconciler reconciler,
        CellRunner runner,
        Fingerprints fingerprints,
        CellDoors doors,
        ITaskStore tasks
    )
    {
        var cells = new CellViews(runner, doors, tasks);

        routes.MapGet(
            "/habitat",
            () =>
                habitats is { Current: { } habitat, File: { } file }
                    ? Results.Ok(HabitatView.From(habitat, file, habitats.Revision))
                    : throw HabitatKeeper.NothingUp()
        );

        routes.MapPost(
            "/habitat/plan",
            async (HttpContext context) =>
            {
                var request = await ReadAsync(context);
                var candidate = habitats.Read(request.File, request.Lenient);
                if (candidate.Reading.Model is not { } habitat)
                {
                    return Wrong(candidate);
                }

                var (plan, designs) = await reconciler.PlanAsync(habitat, context.RequestAborted);
                return designs.Faults is [var first, ..]
                    ? throw new CreelException(first with { Message = string.Join("\n", designs.Faults.Select(f => f.Message)) })
                    : Results.Ok(PlanView.From(plan, candidate.Reading.Problems));
            }
        );

        routes.MapPost(
            "/habitat/apply",
            async (HttpContext context) =>
            {
                var request = await ReadAsync(context);
                return await ApplyAsync(habitats.Read(request.File, request.Lenient), request.DeleteWorkspaces, context);
            }
        );

        routes.MapPost(
            "/habitat/down",
            async (HttpContext context) =>
            {
                var request = await ReadAsync(context);
                var events = reconciler.ApplyAsync(null, request.DeleteWorkspaces, Forget, context.RequestAborted);
                return await ApplyStream.AnswerAsync(context, events, []);

                Task Forget()
                {
                    habitats.Clear();
                    return Task.CompletedTask;
                }
            }
        );

        routes.MapPost(
            "/habitat/agents",
            async (HttpContext context) =>
            {
                var agent = await JsonBody.ReadAsync(context);
                var candidate = await habitats.AddAgentAsync(JsonSerializer.Deserialize<JsonElement>(agent.Span), context.RequestAborted);
                return await ApplyAsync(candidate, false, context);
            }
        );

        routes.MapDelete(
            "/habitat/agents/{id}",
            async (string id, bool? deleteWorkspaces, HttpContext context) =>
            {
                var candidate = await habitats.RemoveAgentAsync(AgentId.Parse(id), context.RequestAborted);
                return await ApplyAsync(candidate, deleteWorkspaces ?? false, context);
            }
        );

        routes.MapGet("/cells", async (HttpContext context) => Results.Ok(new { cells = await cells.AllAsync(context.RequestAborted) }));

        routes.MapPost("/agents/{id}/start", (string id, HttpContext context) => SetAsync(id, [true], context));
        routes.MapPost("/agents/{id}/stop", (string id, HttpContext context) => SetAsync(id, [false], context));
        routes.MapPost("/agents/{id}/restart", (string id, HttpContext context) => SetAsync(id, [false, true], context));

        routes.MapGet(
            "/drivers",
            async (HttpContext context) => Results.Ok(new { drivers = (await fingerprints.AllAsync(context.RequestAborted)).Select(DriverView.From) })
        );

        async Task<IResult> ApplyAsync(HabitatSnapshot candidate, bool deleteWorkspaces, HttpContext context)
        {
            if (candidate.Reading.Model is not { } habitat)
            {
                return Wrong(candidate);
            }

            var events = reconciler.ApplyAsync(habitat, deleteWorkspaces, Accept, context.RequestAborted);
            return await ApplyStream.AnswerAsync(context, events, candidate.Reading.Problems);

            Task Accept()
            {
                habitats.Accept(candidate);
                return Task.CompletedTask;
            }
        }

        async Task<IResult> SetAsync(string id, bool[] running, HttpContext context)
        {
            var agent = AgentId.Parse(id);
            var cell =
                runner.Cells.Values.FirstOrDefault(c => c.Design?.Agents.Any(a => a.Id == agent) == true)
                ?? throw new CreelException(Fault.NotFound("agent", $"no agent {agent} is in the habitat that is up", "See them: creel ps."));
            var clock = Stopwatch.StartNew();
            double? connected = null;
            foreach (var state in running)
            {
                await reconciler.SetRunningAsync(cell.Record.Id, state, habitats.Current?.Name ?? "", CancellationToken.None);
                if (state)
                {
                    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                    connected = await doors.WaitConnectedAsync(cell.Record.Id, patience.Token) ? clock.Elapsed.TotalMilliseconds : null;
                }
            }

            return Results.Ok(new { cell = await cells.OneAsync(cell, context.RequestAborted), connectedMs = connected });
        }
    }

    private static IResult Wrong(HabitatSnapshot candidate) =>
        Results.Json(
            new
            {
                error = candidate.Reading.Problems.First(p => p.Severity == Severity.Error).ToString(),
                code = "habitat",
                problems = candidate.Reading.Problems.Select(ProblemView.From),
            },
            statusCode: StatusCodes.Status400BadRequest
        );

    private static async Task<HabitatRequest> ReadAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context);
        try
        {
            return body.IsEmpty ? new HabitatRequest(null) : JsonSerializer.Deserialize<HabitatRequest>(body.Span, JsonSerializerOptions.Web) ?? new HabitatRequest(null);
        }
        catch (JsonException e)
        {
            throw new CreelException(Fault.Invalid("json", "the body has a field of the wrong type", "It takes file, lenient and deleteWorkspaces."), e);
        }
    }

    /// <param name="File">Absolute; null: the habitat in force.</param>
    private sealed record HabitatRequest(string? File, bool Lenient = false, bool DeleteWorkspaces = false);
}
