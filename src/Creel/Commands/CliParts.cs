using System.Text.Json;
using Creel.Commands.Boot;
using Creel.Commands.Gateway;
using Creel.Commands.Rendering;
using Creel.Commands.Views;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Commands;

/// <summary>What commands need and don't make themselves: the composition root hands it in.</summary>
internal sealed record CliParts
{
    /// <summary>Runs the server until it is told to stop; answers with the exit code.</summary>
    public required Func<ServeOptions, CancellationToken, Task<int>> Serve { get; init; }

    public required OfflineHabitats Habitats { get; init; }

    public required ContractParts Contract { get; init; }

    public required RenderParts Render { get; init; }

    /// <summary>Tries every driver, as a server with this home would.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<DriverFingerprint>>> Drivers { get; init; } =
        (_, _) => Task.FromResult<IReadOnlyList<DriverFingerprint>>([]);

    /// <summary>Tries what a server with this home needs of the machine.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<CheckView>>> Checks { get; init; } =
        (_, _) => Task.FromResult<IReadOnlyList<CheckView>>([]);

    /// <summary>Makes the image of container cells on this machine.</summary>
    public Func<CancellationToken, Task<ImageView>> BuildImage { get; init; } =
        _ => throw new InvalidOperationException("this command line has no engine");

    /// <summary>Calls a gateway, and answers with what it answers.</summary>
    public Func<GatewayOrder, CancellationToken, Task<JsonElement>> CallGateway { get; init; } =
        (_, _) => throw new InvalidOperationException("this command line has no gateway");

    /// <summary>Who runs this.</summary>
    public CellUser Self { get; init; } = new(1000, 1000);

    public BootParts? Boot { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How <c>creel habitat</c> reads a file without a server.</summary>
/// <param name="Read">A path and whether to be lenient; the model is null where there are errors.</param>
/// <param name="Write">The effective model as a JSON document.</param>
internal sealed record OfflineHabitats(
    Func<string, bool, (HabitatModel? Model, IReadOnlyList<Problem> Problems)> Read,
    Func<HabitatModel, string> Write
);
