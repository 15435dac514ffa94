using Creel.Core;

namespace Creel.Server.Web;

/// <summary>
/// Set on a connection by a listener that proves which cell is calling: only that cell can reach its socket. Absent on TCP.
/// </summary>
/// <param name="Cell">Proven.</param>
internal sealed record CellCaller(CellId Cell);
