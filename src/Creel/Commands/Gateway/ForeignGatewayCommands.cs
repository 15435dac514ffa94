using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Creel.Commands.Agents;
using Creel.Commands.Outbound;
using Creel.Commands.Provisioning;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Gateway;

/// <summary><c>creel gateway add|list|test|rm</c>: gateways elsewhere, whose agents are provisioned from here.</summary>
internal static class ForeignGatewayCommands
{
    private const int LongestSecret = 4096;
    private const int MostNamed = 20;

    public static Command Add(Cli cli)
    {
        var name = Name();
        var url = new Argument<string>("url") { Description = "wss://host:port, or ws:// on this machine", HelpName = "URL" };
        var token = new Option<bool>("--token-stdin") { Description = "Its token is typed, or comes from standard input" };
        var password = new Option<bool>("--password-stdin")
        {
            Description = "Its password is typed, or comes from standard input",
        };
        var device = new Option<bool>("--device") { Description = "Come as a device with a key, which somebody there lets in" };
        var pin = new Option<string?>("--pin") { Description = "SHA-256 of its certificate", HelpName = "HEX" };
        var authority = new Option<string?>("--ca")
        {
            Description = "Who vouches for its certificate, a PEM file",
            HelpName = "FILE",
        };
        var root = new Option<string?>("--workspace-root")
        {
            Description = "The folder on its machine below which its agents' folders are",
            HelpName = "DIR",
        };
        var baseUrl = new Option<string?>("--base-url")
        {
            Description = "Where its agents reach Creel, where it is on another machine",
            HelpName = "URL",
        };
        var anyway = new Option<bool>("--anyway") { Description = "Write it down even if it does not work" };
        var add = new Command(
            "add",
            "Try a gateway elsewhere, and write it into the habitat; of one that is there, what is said with it"
        )
        {
            name,
            url,
            token,
            password,
            device,
            pin,
            authority,
            root,
            baseUrl,
            anyway,
        };
        return cli.Runs(
            add,
            async (call, cancel) =>
            {
                if (call.Value(token) && call.Value(password))
                {
                    throw new UsageException("a gateway has a token or a password", "say --token-stdin or --password-stdin");
                }

                var secret = call.Value(token) || call.Value(password) ? await SecretAsync(call, call.Value(name), cancel) : null;
                var answer = await call.Client.SendAsync(
                    HttpMethod.Post,
                    "gateways",
                    Call.Body(
                        new
                        {
                            name = call.Value(name),
                            url = call.Value(url),
                            token = call.Value(token) ? secret : null,
                            password = call.Value(password) ? secret : null,
                            device = call.Value(device),
                            pin = call.Value(pin),
                            ca = call.Value(authority) is { } file ? call.FullPath(file) : null,
                            workspaceRoot = call.Value(root),
                            baseUrl = call.Value(baseUrl),
                            anyway = call.Value(anyway),
                        }
                    ),
                    cancel
                );
                return Tried(call, answer);
            }
        );
    }

    public static Command List(Cli cli) =>
        cli.Runs(
            new Command("list", "The gateways elsewhere that the habitat names"),
            async (call, cancel) =>
            {
                var answer = await call.Client.SendAsync(HttpMethod.Get, "gateways", null, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                    return ExitCodes.Ok;
                }

                var all = Call.Read<ForeignGatewaysView>(answer).Gateways;
                if (all.Count == 0)
                {
                    call.Note("there are none: creel gateway add NAME URL --token-stdin");
                    return ExitCodes.Ok;
                }

                var standings = (await Elsewhere.StandingsAsync(call, cancel)).ToLookup(a => a.Gateway);
                var table = new TextTable("NAME", "URL", "SECRET", "DEVICE", "TLS", "AGENTS", "LAST SEEN");
                foreach (var one in all)
                {
                    table.Add(
                        one.Name,
                        one.Url,
                        one.Secret ? "kept" : "none",
                        one.Device ? "yes" : "no",
                        one.Pin is not null ? "pinned"
                            : one.Ca is not null ? one.Ca
                            : "",
                        (one.Agents?.Count ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture),
                        StandingText.Sum(standings[one.Name])
                    );
                }

                call.Show(table);
                foreach (var fault in all.SelectMany(g => StandingText.Faults(g.Name, standings[g.Name])))
                {
                    call.Note(PlainText.Line(fault));
                }

                call.Note("  → see whether one works now: creel gateway test NAME");
                return ExitCodes.Ok;
            }
        );

    public static Command Test(Cli cli)
    {
        var name = Name();
        return cli.Runs(
            new Command("test", "Try a gateway elsewhere step by step; changes nothing there") { name },
            async (call, cancel) =>
                Tried(call, await call.Client.SendAsync(HttpMethod.Post, $"{Path(call.Value(name))}/test", null, cancel))
        );
    }

    public static Command Remove(Cli cli)
    {
        var name = Name();
        var yes = YesOption.Make();
        return cli.Runs(
            new Command(
                "rm",
                "Take a gateway elsewhere out of the habitat with its agents, and forget what opens it; there they stay"
            )
            {
                name,
                yes,
            },
            async (call, cancel) =>
            {
                if (!call.Value(yes) && !await IsMeantAsync(call, call.Value(name), cancel))
                {
                    call.Note("nothing was changed");
                    return ExitCodes.Negative;
                }

                var answer = await call.Client.SendAsync(HttpMethod.Delete, Path(call.Value(name)), null, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else
                {
                    Removed(call, Call.Read<RemovedGatewayView>(answer));
                }

                return ExitCodes.Ok;
            }
        );
    }

    /// <summary>What has ended, what goes on there, and the way back.</summary>
    private static void Removed(Call call, RemovedGatewayView gone)
    {
        var agents = (gone.Agents ?? []).ToList();
        call.Say(
            $"{gone.Name} is no gateway of this habitat any more{(agents.Count > 0 ? $", nor are {Some(agents)} in it" : "")}"
        );
        if (agents.Count > 0)
        {
            call.Note("  their tokens have ended; there they go on as they are, with their heartbeats");
        }

        var import = agents.Count > 0 ? $", then creel agent import --gateway {gone.Name}" : "";
        call.Note($"  → to have it back: creel gateway add {gone.Name} {gone.Url ?? "URL"} --token-stdin{import}");
    }

    /// <summary>What goes with it is named before it goes.</summary>
    private static async Task<bool> IsMeantAsync(Call call, string name, CancellationToken cancel)
    {
        var all = Call.Read<ForeignGatewaysView>(await call.Client.SendAsync(HttpMethod.Get, "gateways", null, cancel)).Gateways;
        if (all.FirstOrDefault(g => g.Name == name) is not { } gateway)
        {
            // Nothing would go: who answers next says so.
            return true;
        }

        var agents = (gateway.Agents ?? []).Select(a => a.Id).ToList();
        var with = agents.Count > 0 ? $" with {Words.Count(agents.Count, "agent", "agents")} ({Some(agents)})" : "";
        var there = agents.Count > 0 ? " There they stay as they are." : "";
        return await call.ConfirmAsync($"Take {name} out of the habitat{with}, and forget what opens it?{there}", cancel);
    }

    private static string Some(List<string> agents) =>
        string.Join(", ", agents.Take(MostNamed)) + (agents.Count > MostNamed ? $" and {agents.Count - MostNamed} more" : "");

    private static Argument<string> Name() => new("name") { Description = "By which it is known here", HelpName = "NAME" };

    private static string Path(string name) => $"gateways/{Uri.EscapeDataString(name)}";

    private static async Task<string> SecretAsync(Call call, string name, CancellationToken cancel)
    {
        var typed = await HiddenLine.ReadAsync(call.Io, $"what opens {name}", LongestSecret, cancel);
        try
        {
            return Encoding.UTF8.GetString(typed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(typed);
        }
    }

    private static int Tried(Call call, JsonElement answer)
    {
        var view = Call.Read<TriedGatewayView>(answer);
        var code = view.Works ? ExitCodes.Ok : ExitCodes.Negative;
        if (call.Json)
        {
            call.Print(answer);
            return code;
        }

        var table = new TextTable("STEP", "", "");
        foreach (var step in view.Steps)
        {
            table.Add(
                step.Name,
                step.Ok switch
                {
                    true => "ok",
                    false => "FAILS",
                    null => "-",
                },
                step.Text
            );
        }

        call.Show(table);
        foreach (var remedy in view.Steps.Select(s => s.Remedy).OfType<string>())
        {
            call.Note($"  → {remedy}");
        }

        call.Note(
            view switch
            {
                { Works: true } => $"{view.Name} can be provisioned",
                { Kept: true, Written: false } => $"{view.Name} stays in the habitat as it was (--anyway writes it all the same)",
                { Kept: true } => $"{view.Name} is written down; when that is mended: creel gateway test {view.Name}",
                _ => $"{view.Name} is not written down",
            }
        );
        if (view is { Works: true, Written: true })
        {
            call.Note($"  → it is in the habitat's file; give it an agent: creel agent add ID --gateway {view.Name}");
            call.Note($"  → or take in who is there already: creel agent import --gateway {view.Name} --plan");
        }

        foreach (var missing in view.Kept ? Missing(view) : [])
        {
            call.Note($"  → {missing}");
        }

        return code;
    }

    /// <summary>What its agents can't be without, and it is not known yet.</summary>
    private static IEnumerable<string> Missing(TriedGatewayView view)
    {
        var again = $"creel gateway add {view.Name} {view.Url}";
        if (view.WorkspaceRoot is null)
        {
            yield return $"its agents need a folder on its machine: {again} --workspace-root DIR";
        }

        if (view.BaseUrl is null && Uri.TryCreate(view.Url, UriKind.Absolute, out var url) && !url.IsLoopback)
        {
            yield return $"its agents need an address of this Creel: {again} --base-url URL";
        }
    }
}
