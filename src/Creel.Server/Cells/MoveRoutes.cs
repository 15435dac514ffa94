using Creel.Core;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Cells;

/// <summary>The API of moves: one answer, once the cell is where it shall be, or back where it was.</summary>
internal sealed class MoveRoutes(HabitatKeeper habitats, Reconciler reconciler, Mover mover, CellViews views, CellAudit audit)
{
    private const string Action = "agent.move";

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/agents/{id}/move", MoveAsync);

    /// <summary>Begun, it is carried through, whether or not anybody waits for the answer.</summary>
    private async Task MoveAsync(HttpContext context)
    {
        var agent = AgentId.Parse((string?)context.Request.RouteValues["id"]);
        var order = await MoveOrder.ReadAsync(context);
        var target = $"agent:{agent}";
        var asked = new
        {
            to = StepView.Word(order.To),
            order.Driver,
            order.Image,
        };
        var accepted = false;
        MoveEnd end;
        try
        {
            end = await reconciler.MoveAsync(
                () => habitats.Move(agent, order),
                order,
                mover,
                () =>
                {
                    accepted = true;
                    return audit.AskedAsync(Action, target, "ok", asked);
                },
                CancellationToken.None
            );
        }
        catch (CreelException e)
        {
            await audit.AskedAsync(
                Action,
                target,
                accepted ? "failed" : "refused",
                new { code = e.Fault.Code, reason = accepted ? e.Fault.Message : null }
            );
            throw;
        }

        var cell = await views.OneAsync(end.Cell, CancellationToken.None);
        await ViewReply.WriteAsync(
            context,
            new MoveView(
                cell,
                end.Moved,
                end.From,
                StepView.Word(end.FromLevel),
                end.LocalFile,
                end.UnderWay,
                end.Away.TotalMilliseconds
            )
        );
    }
}

/// <param name="From">The driver that it had.</param>
/// <param name="LocalFile">Where it is written down now; null where nothing moved.</param>
/// <param name="UnderWay">Tasks that had not ended within the grace: interrupted, or waiting again if they may run twice.</param>
/// <param name="AwayMs">For so long nothing was carried out for its agents.</param>
internal sealed record MoveView(
    CellView Cell,
    bool Moved,
    string From,
    string FromLevel,
    string? LocalFile,
    int UnderWay,
    double AwayMs
);
