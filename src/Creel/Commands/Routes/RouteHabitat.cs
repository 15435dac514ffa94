using System.CommandLine;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Routing;
using Creel.Terminal.Client;

namespace Creel.Commands.Routes;

/// <summary>Whose bindings are asked, and by whose rules.</summary>
internal static class RouteHabitat
{
    public static Option<string?> File() =>
        new("--habitat")
        {
            Description = "The habitat or openclaw.json to ask; else the one in this folder, else the one that is up",
            HelpName = "FILE",
        };

    public static Option<string?> As() =>
        new Option<string?>("--as")
        {
            Description = "Answer as that version of OpenClaw does, instead of by Creel's rules",
            HelpName = "VERSION",
        }.AcceptOnlyFromAmong([.. RoutingManner.All.Select(m => m.Name)]);

    public static RoutingManner Manner(string? name) => name is null ? RoutingManner.Creel : RoutingManner.Find(name)!;

    /// <exception cref="CreelException">There is none.</exception>
    public static async Task<(RoutingReading Routing, HabitatModel Habitat)> ReadAsync(
        Call call,
        string? file,
        RoutingManner manner,
        CancellationToken cancel
    )
    {
        var path = await PathAsync(call, file, cancel);
        var (model, problems) = call.Parts.Habitats.Read(path, true);
        if (model is null)
        {
            throw new HabitatException(problems);
        }

        var reading = RoutingReader.Read(model, manner);
        if (reading.Problems.Count > 0)
        {
            ErrorReport.Problems(call.Io.Error, reading.Problems);
        }

        return (reading, model);
    }

    /// <summary>The one that was named; else the one in this folder, else the one that is up.</summary>
    /// <exception cref="CreelException">There is none.</exception>
    public static async Task<string> PathAsync(Call call, string? file, CancellationToken cancel) =>
        HabitatFile.Path(call, file) ?? InFolder(call) ?? await UpAsync(call, cancel);

    private static string? InFolder(Call call)
    {
        try
        {
            return HabitatFile.Path(call, ".");
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return null;
        }
    }

    private static async Task<string> UpAsync(Call call, CancellationToken cancel)
    {
        var habitat = await call.Client.SendAsync(HttpMethod.Get, "habitat", null, cancel);
        return habitat.GetProperty("file").GetString()
            ?? throw new CreelException(Fault.NotFound("no-file", "no habitat is up", "name one: --habitat habitat.json5"));
    }
}
