namespace Creel.Server.Cells;

/// <summary>Where cells live on this host, and as whom.</summary>
public sealed record CellsConfig
{
    /// <summary>CREEL_HOME: absolute.</summary>
    public required string Home { get; init; }

    /// <summary>The folder of sockets: short, since a socket's path has 107 bytes.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The <c>creel-runtime</c> executable that is carried into every cell.</summary>
    public required string RuntimeFile { get; init; }

    /// <summary>Names this Creel among others on the machine; made once, kept in CREEL_HOME.</summary>
    public required string Instance { get; init; }

    /// <summary>The first uid of the range that cells are given, one each; null where Creel is no root and all share its own.</summary>
    public int? FirstUid { get; init; }

    /// <summary>Whom the proxy runs as, where that is somebody else than we: the folder of each cell's socket is its.</summary>
    public int? ProxyUid { get; init; }

    /// <summary>The certificate of the authority by which the proxy answers for its upstreams.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>How long a started cell may take until its runtime has connected.</summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one step of a plan may take, before it counts as failed.</summary>
    public TimeSpan StepDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a cell may take to end by itself.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many cells start at the same time.</summary>
    public int Parallel { get; init; } = 4;
}
