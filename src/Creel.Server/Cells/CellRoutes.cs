using System.Diagnostics;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>The API of habitats and cells. What takes time is told as it happens, one JSON object a line.</summary>
internal sealed class CellRoutes(
    HabitatKeeper habitats,
    Reconciler reconciler,
    CellBook book,
    Steps steps,
    Leavings leavings,
    Fingerprints fingerprints,
    CellViews views,
    CellAudit audit,
    ApplyTurns turns,
    ILogger log
)
{
    /// <summary>Why the proxy does not do what it should by now; null: it does.</summary>
    public Func<string?> Untold { get; init; } = () => null;

    /// <summary>What the habitat's files say that is not in force; null: nothing.</summary>
    public Func<string?> Notice { get; init; } = () => null;

    /// <summary>The same, of the files as they are now.</summary>
    public Func<CancellationToken, Task<UnheededFiles?>> LookAsync { get; init; } = _ => Task.FromResult<UnheededFiles?>(null);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/habitat", Habitat);
        app.MapPost("/habitat/look", FilesAsync);
        app.MapPost("/habitat/plan", PlanAsync);
        app.MapPost("/habitat/apply", ApplyAsync);
        app.MapPost("/habitat/down", DownAsync);
        app.MapPost("/habitat/agents", AddAgentAsync);
        app.MapDelete("/habitat/agents/{id}", RemoveAgentAsync);
        app.MapPost("/egress/{name}/rules", RuleAsync);
        app.MapGet("/cells", CellsAsync);
        app.MapPost("/agents/{id}/start", context => SetAsync(context, CellChange.Start));
        app.MapPost("/agents/{id}/stop", context => SetAsync(context, CellChange.Stop));
        app.MapPost("/agents/{id}/restart", context => SetAsync(context, CellChange.Restart));
        app.MapGet("/drivers", DriversAsync);
    }

    private Task Habitat(HttpContext context) =>
        habitats is { Current: { } habitat, File: { } file }
            ? ViewReply.WriteAsync(context, HabitatView.From(habitat, file, habitats.Revision))
            : throw HabitatKeeper.NothingUp();

    private async Task FilesAsync(HttpContext context)
    {
        var unheeded = await LookAsync(context.RequestAborted);
        await ViewReply.WriteAsync(
            context,
            new
            {
                File = habitats.File,
                unheeded?.Notice,
                Wrong = unheeded?.Wrong == true,
            }
        );
    }

    private async Task PlanAsync(HttpContext context)
    {
        var request = await HabitatRequest.ReadAsync(context);
        turns.Look();
        HabitatSnapshot? candidate = null;
        Wish? wish = null;
        var plan = await reconciler.PlanAsync(
            () =>
            {
                candidate = habitats.Read(request.File, request.Manner);
                return wish = candidate.Reading.Model is null ? null : habitats.Take(candidate, deleteWorkspaces: false);
            },
            context.RequestAborted
        );
        if (plan is null)
        {
            await WrongHabitatView.WriteAsync(context, candidate!.Reading);
            return;
        }

        await ViewReply.WriteAsync(context, PlanView.From(plan, wish!.Problems, wish.Taken));
    }

    private async Task ApplyAsync(HttpContext context)
    {
        var request = await HabitatRequest.ReadAsync(context);
        using var turn = turns.Take($"habitat.apply of {request.File ?? habitats.File}", request.By);
        var detail = new { file = request.File ?? habitats.File, request.DeleteWorkspaces };
        await AskedAsync(
            "habitat.apply",
            "habitat",
            detail,
            async () =>
            {
                var candidate = habitats.Read(request.File, request.Manner);
                if (candidate.Reading.Model is not null)
                {
                    RefuseUnmeant(candidate, request);
                    return habitats.Take(candidate, request.DeleteWorkspaces);
                }

                // Before the answer: who has that may look into the audit at once.
                await audit.AskedAsync("habitat.apply", "habitat", "refused", new { code = "habitat" });
                await WrongHabitatView.WriteAsync(context, candidate.Reading);
                return null;
            },
            context
        );
    }

    /// <summary>The old exposure is brought up only by who says that he knows it.</summary>
    private static void RefuseUnmeant(HabitatSnapshot candidate, HabitatRequest request)
    {
        if (candidate.Input.Profile != HabitatProfile.Contract || request.IKnow || request.File is null)
        {
            return;
        }

        var open = candidate.Reading.Problems.Where(p => p.Exposed).ToList();
        if (open.Count == 0)
        {
            return;
        }

        throw new CreelException(
            Fault.Refused(
                "contract",
                $"the profile contract opens what Creel keeps shut:\n{string.Join('\n', open)}",
                "Leave the profile out, or say that it is meant: --i-know."
            )
        );
    }

    private async Task DownAsync(HttpContext context)
    {
        var request = await HabitatRequest.ReadAsync(context);
        using var turn = turns.Take("habitat.down", request.By);
        var detail = new { request.DeleteWorkspaces };
        await AskedAsync(
            "habitat.down",
            "habitat",
            detail,
            () => Task.FromResult<Wish?>(habitats.Nothing(request.DeleteWorkspaces)),
            context
        );
    }

    private async Task AddAgentAsync(HttpContext context)
    {
        var agent = JsonSerializer.Deserialize<JsonElement>((await JsonBody.ReadAsync(context)).Span);
        var named = agent.ValueKind == JsonValueKind.Object && agent.TryGetProperty("id", out var id) ? id.ToString() : "";
        var target = $"agent:{(AgentId.TryParse(named, out var valid) ? valid.Value : "?")}";
        await AskedAsync("agent.create", target, null, () => BesideMoves(() => habitats.Add(agent)), context);
    }

    private async Task RemoveAgentAsync(HttpContext context)
    {
        var agent = Agent(context);
        var delete = context.Request.Query["deleteWorkspaces"] == "true";
        await AskedAsync(
            "agent.destroy",
            $"agent:{agent}",
            new { deleteWorkspaces = delete },
            () => BesideMoves(() => habitats.Remove(agent, delete && leavings.Has(agent))),
            context
        );
    }

    private async Task RuleAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var rule = EgressRule.Parse(JsonBody.String(body.RootElement, "rule"));
        var allow = !body.RootElement.TryGetProperty("allow", out var said) || said.ValueKind != JsonValueKind.False;
        var group = EgressWish.Own(habitats, (string?)context.Request.RouteValues["name"] ?? "");
        await AskedAsync(
            allow ? "egress.allow" : "egress.deny",
            $"group:{group.Id}",
            new { rule = rule.ToString() },
            () => BesideMoves(() => EgressWish.Of(habitats, group, rule, allow)),
            context,
            WithProxyAsync
        );
    }

    private async Task CellsAsync(HttpContext context) =>
        await ViewReply.WriteAsync(context, new CellsView(await views.AllAsync(context.RequestAborted), Notice()));

    private async Task DriversAsync(HttpContext context)
    {
        var drivers = await fingerprints.AllAsync(context.RequestAborted);
        await ViewReply.WriteAsync(context, new DriversView([.. drivers.Select(DriverView.From)]));
    }

    /// <summary>Stops or starts the cell of an agent; a start answers when its runtime has connected.</summary>
    private async Task SetAsync(HttpContext context, CellChange change)
    {
        var agent = Agent(context);
        var action = $"agent.{StepView.Word(change)}";
        var target = $"agent:{agent}";
        var clock = Stopwatch.StartNew();
        Cell? cell = null;
        var accepted = false;
        try
        {
            turns.LookForMoves();
            cell =
                book.All.FirstOrDefault(c => c.Design?.Agents.Any(a => a.Id == agent) == true)
                ?? throw HabitatKeeper.NoAgent(agent);
            await reconciler.ChangeAsync(
                cell.Record.Id,
                change,
                () => habitats.Current,
                () =>
                {
                    accepted = true;
                    return audit.AskedAsync(action, target, "ok");
                },
                CancellationToken.None
            );
            double? connected = null;
            if (change != CellChange.Stop)
            {
                await steps.ConnectedAsync(cell.Record.Id, cell.Record.Group);
                connected = clock.Elapsed.TotalMilliseconds;
            }

            await ViewReply.WriteAsync(
                context,
                new CellChangeView(await views.OneAsync(cell, context.RequestAborted), connected)
            );
        }
        catch (CreelException e) when (accepted)
        {
            await steps.NoteAsync(cell!.Record.Id, StepView.Word(change), e.Fault);
            throw;
        }
        catch (CreelException e)
        {
            await audit.AskedAsync(action, target, "refused", new { code = e.Fault.Code });
            throw;
        }
    }

    /// <summary>A rule is for the proxy: without it, nothing is done.</summary>
    private async IAsyncEnumerable<ApplyEvent> WithProxyAsync(IAsyncEnumerable<ApplyEvent> events)
    {
        await foreach (var happened in events)
        {
            if (happened is ApplyEvent.Done done && Untold() is { } why)
            {
                yield return new ApplyEvent.Untold(why);
                yield return done with
                {
                    Ok = false,
                };
            }
            else
            {
                yield return happened;
            }
        }
    }

    private Task<Wish?> BesideMoves(Func<Wish> read)
    {
        turns.LookForMoves();
        return Task.FromResult<Wish?>(read());
    }

    /// <summary>Applies a wish. Who asked is in the audit before anything of it is done; what came of it, each cell says there.</summary>
    /// <param name="read">Null where it was refused and answered already.</param>
    /// <param name="told">What is told of it; null: what happens.</param>
    private async Task AskedAsync(
        string action,
        string target,
        object? detail,
        Func<Task<Wish?>> read,
        HttpContext context,
        Func<IAsyncEnumerable<ApplyEvent>, IAsyncEnumerable<ApplyEvent>>? told = null
    )
    {
        var accepted = false;
        try
        {
            if (await read() is not { } wish)
            {
                return;
            }

            var audited = wish with
            {
                AcceptAsync = async cancel =>
                {
                    var done = await wish.AcceptAsync(cancel);
                    accepted = true;
                    await audit.AskedAsync(action, target, "ok", detail);
                    return done;
                },
            };
            var events = reconciler.ApplyAsync(audited, context.RequestAborted);
            await ApplyStream.AnswerAsync(context, told?.Invoke(events) ?? events, wish, log);
        }
        catch (CreelException e) when (!accepted)
        {
            await audit.AskedAsync(action, target, "refused", new { code = e.Fault.Code });
            throw;
        }
    }

    private static AgentId Agent(HttpContext context) => AgentId.Parse((string?)context.Request.RouteValues["id"]);
}
