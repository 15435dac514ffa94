using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Outbound;

/// <summary>The API of money: what was spent, how a charge came about, what things cost, and one more allowance.</summary>
/// <param name="find">A group by its id or one of its agents'. Throws where there is none.</param>
public sealed class SpendRoutes(ProxyLink link, AuditTrail audit, Func<string, OutboundGroup> find)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/spend", SpendAsync);
        app.MapGet("/spend/calls/{id}", CallAsync);
        app.MapGet("/prices", context => PassAsync(context, ControlPaths.Prices));
        app.MapPost("/budgets/grants", GrantAsync);
    }

    private async Task SpendAsync(HttpContext context)
    {
        var group = context.Request.Query["group"].ToString();
        var hours = context.Request.Query["hours"].ToString();
        string?[] said =
        [
            group.Length > 0 ? $"group={GroupId.Parse(group)}" : null,
            hours.Length > 0 ? $"hours={Uri.EscapeDataString(hours)}" : null,
        ];
        var query = string.Join('&', said.OfType<string>());
        var path = query.Length > 0 ? $"{ControlPaths.Spend}?{query}" : ControlPaths.Spend;
        using var answer = await link.GetAsync(path, context.RequestAborted);
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (
            group.Length > 0
            && JsonSerializer.Deserialize(body, OutboundJson.Default.SpendReport) is { Spent.Count: 0 } report
            && report.Budgets.All(budget => budget.Group is null)
        )
        {
            KnownGroup.Require(GroupId.Parse(group), find);
        }

        await JsonReply.SendAsync(context, body, StatusCodes.Status200OK);
    }

    private Task CallAsync(HttpContext context)
    {
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        return id.Length <= 64 && id.All(c => char.IsAsciiHexDigit(c) || c == '-')
            ? PassAsync(context, $"{ControlPaths.Book}/{id}")
            : throw new CreelException(
                Fault.Invalid("call-id", "that is no call's id: 16 hexadecimal digits", "creel proxy log shows them")
            );
    }

    /// <summary>Who granted it is in the audit before it counts.</summary>
    private async Task GrantAsync(HttpContext context)
    {
        var order = await ReadAsync(context);
        var target = order.Group is { } group ? $"group:{group}" : "habitat";
        string Detail(string? code = null) =>
            AuditDetail.Of(("usd", order.Amount.ToString()), ("per", order.Per), ("code", code));
        await AskedAsync("budget.grant", target, "ok", Detail());
        try
        {
            var answer = await link.GrantAsync(order, context.RequestAborted);
            var body = JsonSerializer.SerializeToUtf8Bytes(answer, OutboundJson.Default.GrantAnswer);
            await JsonReply.SendAsync(context, body, StatusCodes.Status200OK);
        }
        catch (CreelException e)
        {
            await AskedAsync("budget.grant", target, "failed", Detail(e.Fault.Code));
            throw;
        }
    }

    private async ValueTask AskedAsync(string action, string target, string outcome, string detail)
    {
        await audit.RecordAsync("admin", action, target, outcome, detail);
        await audit.FlushAsync(CancellationToken.None);
    }

    private static async Task<GrantOrder> ReadAsync(HttpContext context)
    {
        var said = JsonSerializer.Deserialize<JsonElement>((await JsonBody.ReadAsync(context)).Span);
        var group = JsonBody.String(said, "group");
        var per = JsonBody.String(said, "per");
        var usd =
            said.TryGetProperty("usd", out var amount) && amount.ValueKind == JsonValueKind.Number
                ? amount.GetRawText()
                : JsonBody.String(said, "usd");
        return new GrantOrder(
            group is null ? null : GroupId.Parse(group),
            Money.Parse(usd),
            per is null ? null : Window.Parse(per).ToString()
        );
    }

    private async Task PassAsync(HttpContext context, string path)
    {
        using var answer = await link.GetAsync(path, context.RequestAborted);
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        await JsonReply.SendAsync(context, body, StatusCodes.Status200OK);
    }
}
