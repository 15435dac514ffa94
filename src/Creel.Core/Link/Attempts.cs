namespace Creel.Core.Link;

/// <summary>What <c>creel-runtime --attempt</c> is told on standard input. Paths are the host's unless they say otherwise.</summary>
/// <param name="Ids">The attempts to make, in this order.</param>
/// <param name="Secret">What the planted files hold: who shows it has read one.</param>
/// <param name="Home">CREEL_HOME.</param>
/// <param name="SecretFile">In CREEL_HOME, for its owner alone.</param>
/// <param name="ServePid">The server's process, by the host's count.</param>
/// <param name="HostPort">A port of the host's loopback, where the secret is answered.</param>
/// <param name="HubSocket">The cell's own.</param>
/// <param name="Closed">Nothing is to leave the cell, so whether something does may be tried.</param>
public sealed record AttemptOrder(
    IReadOnlyList<string> Ids,
    string Agent,
    string Secret,
    string Home,
    string SecretFile,
    string HubSocket,
    int ServePid,
    int HostPort,
    IReadOnlyList<string> HostAddresses,
    IReadOnlyList<AttemptFolder> Shared,
    AttemptLimits Limits,
    AttemptNeighbour? Neighbour = null,
    AttemptProxy? Proxy = null,
    bool Closed = false
);

/// <param name="Path">The same on the host and in the cell.</param>
public sealed record AttemptFolder(string Path, bool Writable);

/// <summary>What is enforced; null: not.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Cpu">Cores.</param>
public sealed record AttemptLimits(double? Memory = null, double? Cpu = null, double? Processes = null);

/// <summary>Another cell, in which a decoy runs.</summary>
/// <param name="Word">In the decoy's command line, and in the names of all that it has made.</param>
/// <param name="Workspace">Where the decoy has left a file with the secret.</param>
/// <param name="Pid">The decoy's, by the host's count; null where the host does not see it.</param>
public sealed record AttemptNeighbour(
    string Name,
    string Cell,
    string Agent,
    string Word,
    string Workspace,
    string State,
    string HubSocket,
    int? Pid,
    DecoyFacts Decoy,
    string? ProxySocket = null
);

/// <summary>The proxy, as the host knows it.</summary>
/// <param name="Pid">By the host's count; null: it does not run.</param>
/// <param name="Home">Its own folder.</param>
/// <param name="Control">Its control socket.</param>
/// <param name="Socket">The cell's own; null: the cell has none.</param>
/// <param name="Upstream">A host that it answers for, or would; null: it knows none by name.</param>
public sealed record AttemptProxy(int? Pid, string Home, string Control, string? Socket, string? Upstream);

/// <summary>What became of one attempt: a line of JSON each.</summary>
/// <param name="Held">Null: it could not be tried, and the evidence says why.</param>
/// <param name="Broken">It was not tried because the attempt itself broke down: nothing is proven.</param>
public sealed record AttemptRow(string Id, bool? Held, string Evidence, bool Broken = false);

/// <summary>What a decoy is told on standard input.</summary>
/// <param name="Loopback">The cell's network is the host's: listen on its loopback alone.</param>
public sealed record DecoyOrder(string Secret, bool Loopback);

/// <summary>What a decoy says once it stands.</summary>
/// <param name="Addresses">The cell's, without its loopback's.</param>
/// <param name="Port">Where it listens on all of them, and answers with the secret.</param>
public sealed record DecoyFacts(int Uid, int Port, IReadOnlyList<string> Addresses);
