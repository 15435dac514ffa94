using System.CommandLine;
using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Server.Outbound;

namespace Creel.Commands.Outbound;

/// <summary>
/// <c>creel proxy token GROUP</c>: what a program outside of cells shows on the compatibility port. It is made here and shown
/// once; the proxy gets its hash, and the server nothing.
/// </summary>
internal static class ProxyTokenCommand
{
    public static Command Build(Cli cli)
    {
        var group = new Argument<string>("GROUP") { Description = "Whose budgets and limits its calls count against" };
        var rotate = new Option<bool>("--rotate") { Description = "Make a new one; the one before ends at once" };
        var revoke = new Option<bool>("--revoke") { Description = "The group has none any more" };
        var command = new Command("token", "A token for the compatibility port, shown once") { group, rotate, revoke };
        return cli.Runs(
            command,
            (call, cancel) =>
            {
                if (call.Value(rotate) && call.Value(revoke))
                {
                    throw new UsageException("--rotate and --revoke are two different things");
                }

                var id = GroupId.Parse(call.Value(group));
                return call.Value(revoke) ? RevokeAsync(call, id, cancel) : MakeAsync(call, id, call.Value(rotate), cancel);
            }
        );
    }

    private static async Task<int> MakeAsync(Call call, GroupId group, bool rotate, CancellationToken cancel)
    {
        var view = await KeyCommand.ProxyAsync(call, cancel);
        var proxy = view.Read()!;
        if (proxy.Cells.All(cell => cell.Group != group))
        {
            var known = string.Join(", ", proxy.Cells.Select(cell => cell.Group.Value).Distinct());
            throw new CreelException(
                Fault.NotFound(
                    "no-group",
                    $"no cell of a group {group} is up that may call anything",
                    known.Length > 0 ? $"there are: {known}" : "bring a habitat up first: creel up FILE"
                )
            );
        }

        var random = RandomNumberGenerator.GetBytes(GroupToken.Bytes);
        var token = GroupToken.Of(random);
        CryptographicOperations.ZeroMemory(random);
        using var link = new ProxyLink(view.Control);
        await link.SetTokenAsync(group, GroupToken.Hash(token), rotate, cancel);
        var port = proxy.Compatibility;
        if (call.Json)
        {
            call.Print(
                new
                {
                    group = group.Value,
                    token,
                    address = port?.Address,
                    port = port?.Port,
                }
            );
        }
        else
        {
            call.Say(token);
            call.Note(
                $"it is shown this once; its calls are {group}'s{(rotate ? ", and the one before is worth nothing any more" : "")}"
            );
        }

        var next = port switch
        {
            null => "  → there is no port for it yet: compatibility: { proxyPort: 18080 } in the habitat, then creel up",
            { Trouble: { } trouble } => $"  → nobody listens for it: {trouble}",
            _ => $"  → ANTHROPIC_BASE_URL=http://{Place(port)}/anthropic, and the token as ANTHROPIC_API_KEY",
        };
        if (!call.Json)
        {
            call.Note(next);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> RevokeAsync(Call call, GroupId group, CancellationToken cancel)
    {
        using var link = new ProxyLink((await KeyCommand.ProxyAsync(call, cancel)).Control);
        await link.ForgetTokenAsync(group, cancel);
        if (call.Json)
        {
            call.Print(new { group = group.Value, state = "revoked" });
        }
        else
        {
            call.Say($"the token of {group} is worth nothing any more");
        }

        return ExitCodes.Ok;
    }

    public static string Place(PortStatus port) => new CompatibilityPort(port.Address, port.Port).ToString();
}
