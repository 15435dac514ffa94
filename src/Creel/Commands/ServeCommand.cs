using System.CommandLine;
using System.Globalization;

namespace Creel.Commands;

/// <summary><c>creel serve</c>: the hub and the cells' keeper, in the foreground.</summary>
internal static class ServeCommand
{
    private sealed record Options(
        Option<int> Http,
        Option<int> Ws,
        Option<int?> Gateway,
        Option<string?> Run,
        Option<bool> Old,
        Option<string[]> Env,
        Option<string[]> Names
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            Port("--http-port", 9091, "Port of the HTTP API, on the loopback (0: any)"),
            Port("--ws-port", 9090, "Port for agents that dial in, on the loopback (0: any)"),
            Port<int?>(
                "--gateway-port",
                null,
                "Port for clients of the gateway (gateway.port of the habitat, else 18789; 0: any)"
            ),
            new("--run-dir")
            {
                Description = "Folder for sockets (/run/creel; $XDG_RUNTIME_DIR/creel for an ordinary user)",
                HelpName = "FOLDER",
            },
            new("--unauthenticated-old-api")
            {
                Description = "UNSAFE: the older routes answer anybody on this machine, as they used to",
            },
            new("--env")
            {
                Description = "A variable of its own that habitats may ask for, as ${NAME}; once for each",
                HelpName = "NAME",
                Arity = ArgumentArity.OneOrMore,
                DefaultValueFactory = _ => [],
            },
            Names("A name by which a reverse proxy before it is called, as in creel.example.org; once for each")
        );
        var command = new Command("serve", "Run the hub and keep the cells, until told to stop")
        {
            options.Http,
            options.Ws,
            options.Gateway,
            options.Run,
            options.Old,
            options.Env,
            options.Names,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, Of(call, options), cancel));
    }

    /// <summary>Told to stop, it has done what it was asked for: 0, however it was told.</summary>
    private static async Task<int> RunAsync(Call call, ServeOptions options, CancellationToken cancel)
    {
        var exit = await call.Parts.Serve(options, cancel);
        if (cancel.IsCancellationRequested && !call.Json)
        {
            call.Note("stopped; cells that are up go on, and tasks for them wait on disk");
            call.Note("  → go on: creel serve; to end the cells too: creel down, while it runs");
        }

        return exit;
    }

    private static ServeOptions Of(Call call, Options options) =>
        new(
            call.Home,
            call.Value(options.Http),
            call.Value(options.Ws),
            call.Value(options.Gateway),
            call.Value(options.Run) is { } run ? call.FullPath(run) : null,
            call.Value(options.Old),
            call.Value(options.Env) ?? [],
            call.Json
        )
        {
            HostNames = call.Value(options.Names) ?? [],
        };

    /// <summary>Names of this machine; a port may be behind one, a scheme or a path not.</summary>
    public static Option<string[]> Names(string description)
    {
        var option = new Option<string[]>("--host-name")
        {
            Description = description,
            HelpName = "NAME",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var name in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (name.Contains('/') || Uri.CheckHostName(name.Split(':')[0]) == UriHostNameType.Unknown)
                {
                    result.AddError($"--host-name: '{name}' is no host's name, as creel.example.org is");
                }
            }
        });
        return option;
    }

    private static Option<T> Port<T>(string name, T usual, string description)
    {
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = "PORT",
            DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ushort.TryParse(token.Value, NumberStyles.None, null, out _))
            {
                result.AddError($"{name} takes a port from 0 to 65535");
            }
        });
        return option;
    }
}
