using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Gateway;

/// <summary>Whether our own gateway is open; and the gateways elsewhere that the habitat names, each tried once, and not for long.</summary>
internal static class GatewayChecks
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <returns>None where serve does not run, or says nothing for so long.</returns>
    public static async Task<IReadOnlyList<CheckView>> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            soon.CancelAfter(Longest);
            var own = await OwnAsync(call, soon.Token);
            var answer = await call.Client.GetAsync("gateways", soon.Token);
            var gateways = Call.Read<ForeignGatewaysView>(answer).Gateways;
            return [.. own, .. await Task.WhenAll(gateways.Select(gateway => OneAsync(call, gateway, cancel)))];
        }
        catch (Exception e) when (e is CreelException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>Said only where it should be open and is not.</summary>
    private static async Task<IReadOnlyList<CheckView>> OwnAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return Call.Read<GatewayView>(await call.Client.GetAsync("gateway", cancel)) is { Up: false, Why: { } why } closed
                ? [new CheckView("gateway", CheckState.Warning, $"it is not open: {why}", closed.Remedy)]
                : [];
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return [];
        }
    }

    private static async Task<CheckView> OneAsync(Call call, ForeignGatewayView gateway, CancellationToken cancel)
    {
        var check = $"gateway {gateway.Name}";
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(Longest);
        try
        {
            var path = $"gateways/{Uri.EscapeDataString(gateway.Name)}/test";
            var tried = Call.Read<TriedGatewayView>(await call.Client.SendAsync(HttpMethod.Post, path, null, soon.Token));
            return tried.Steps.FirstOrDefault(s => s.Ok == false) is { } failed
                ? Away(failed.Text, failed.Remedy)
                : CheckView.Fine(check, $"{gateway.Url} lets us in");
        }
        catch (CreelException e)
        {
            return Away(e.Fault.Message, e.Fault.Remedy);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Away($"{gateway.Url} has not answered within {Words.Span(Longest)}", null);
        }

        // Creel works without it, and nobody there is provisioned.
        CheckView Away(string text, string? remedy) =>
            new(check, CheckState.Warning, text, remedy ?? $"creel gateway test {gateway.Name}");
    }
}
