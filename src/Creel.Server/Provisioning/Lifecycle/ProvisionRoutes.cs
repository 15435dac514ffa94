using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>The API by which agents are provisioned: what would be done, doing it with what happens line by line, and how all stand.</summary>
public sealed class ProvisionRoutes(Provisioner provisioner, AuditTrail audit, ILogger log)
{
    private const string Actor = "admin";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/provision", StatusAsync);
        app.MapPost("/provision", RunAsync);
        app.MapPost("/provision/plan", PlanAsync);
        app.MapPost("/provision/sync", SyncAsync);
    }

    private async Task StatusAsync(HttpContext context)
    {
        var positions = await provisioner.StatusAsync(context.RequestAborted);
        await WriteAsync(context, new { agents = positions.Select(EventViews.Of) });
    }

    private async Task PlanAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var asked = body.RootElement;
        var (gateways, scope) = await WhereAsync(asked, context.RequestAborted);
        var options = Options(asked);
        if (options.Mode == ProvisioningMode.Seed)
        {
            throw new CreelException(
                Fault.Invalid(
                    "seed-plan",
                    "as seed nothing is planned: everything is written each time",
                    "Leave out --plan, or --as seed."
                )
            );
        }

        var plans = await provisioner.PlanAsync(gateways, scope, options, context.RequestAborted);
        await WriteAsync(context, new { gateways = plans.Select(PlanViews.Of) });
    }

    private async Task RunAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var (gateways, scope) = await WhereAsync(body.RootElement, context.RequestAborted);
        var options = Options(body.RootElement);
        if (options is { Mode: ProvisioningMode.Seed, Prune: true })
        {
            throw new CreelException(
                Fault.Invalid("seed-prune", "as seed nobody is taken away", "Leave out --prune, or --as seed.")
            );
        }

        gateways = Elsewhere(gateways, options);
        await audit.RecordAsync(Actor, "provision", Target(gateways, scope), "ok");
        await EventLines.AnswerAsync(context, provisioner.RunAsync(gateways, scope, options), EventViews.Of, "provisioning", log);
    }

    private async Task SyncAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var asked = body.RootElement;
        if (JsonBody.String(asked, "gateway") is null)
        {
            throw new CreelException(Fault.Invalid("json-field", "needs 'gateway'", "Name one: creel gateway list"));
        }

        var main = Payloads.Flag(asked, "includeMain");
        var options = Options(asked) with { CheckTokens = true, OnlyThere = true, Prune = false };
        var (gateways, scope) = await WhereAsync(asked, context.RequestAborted);
        scope = scope with { IncludesMain = main };
        gateways = Elsewhere(gateways, options);
        await audit.RecordAsync(Actor, "provision.sync", Target(gateways, scope), "ok");
        await EventLines.AnswerAsync(
            context,
            provisioner.RunAsync(gateways, scope, options),
            happened =>
                happened is ProvisionEvent.Done done
                    ? EventViews.Sync(done, main, options.Asked(ProvisionAsks.ResetSession))
                    : EventViews.Of(happened),
            "bringing templates up to date",
            log
        );
    }

    private async Task<(IReadOnlyList<string?> Gateways, ProvisionScope Scope)> WhereAsync(
        JsonElement asked,
        CancellationToken cancel
    )
    {
        var gateway = JsonBody.String(asked, "gateway");
        if (JsonBody.String(asked, "agent") is not { } named)
        {
            return (provisioner.Gateways(gateway), ProvisionScope.All);
        }

        var agent = AgentId.Parse(named);
        return (await provisioner.GatewaysAsync(gateway, agent, cancel), new ProvisionScope([agent]));
    }

    /// <summary>The original had no agents in cells: theirs are left as they are.</summary>
    private static IReadOnlyList<string?> Elsewhere(IReadOnlyList<string?> gateways, ProvisionOptions options) =>
        options.Mode == ProvisioningMode.Seed ? [.. gateways.Where(g => g is not null)] : gateways;

    private static ProvisionOptions Options(JsonElement asked)
    {
        return new()
        {
            Asks =
                Ask("forceBootstrap", ProvisionAsks.Bootstrap)
                | Ask("resetSessions", ProvisionAsks.ResetSession)
                | Ask("overwrite", ProvisionAsks.Overwrite)
                | Ask("rotateTokens", ProvisionAsks.RotateToken),
            Prune = Payloads.Flag(asked, "prune"),
            Quiet = Payloads.Flag(asked, "noWake"),
            Diff = Payloads.Flag(asked, "diff"),
            Mode = JsonBody.String(asked, "as") switch
            {
                null => ProvisioningMode.Ours,
                "seed" => ProvisioningMode.Seed,
                _ => throw new CreelException(Fault.Invalid("json-field", "'as' is \"seed\", or left out")),
            },
        };

        ProvisionAsks Ask(string key, ProvisionAsks ask) => Payloads.Flag(asked, key) ? ask : ProvisionAsks.None;
    }

    private static string Target(IReadOnlyList<string?> gateways, ProvisionScope scope) =>
        string.Join(',', gateways) + (scope.Agents is { } agents ? $" {string.Join(',', agents)}" : "");

    private static Task WriteAsync<T>(HttpContext context, T view) =>
        JsonReply.SendAsync(context, JsonSerializer.SerializeToUtf8Bytes(view, Json), StatusCodes.Status200OK);
}
