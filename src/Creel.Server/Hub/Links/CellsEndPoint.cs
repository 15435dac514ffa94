using System.Net;

namespace Creel.Server.Hub.Links;

/// <summary>All cells' sockets, as one endpoint of the web server.</summary>
internal sealed class CellsEndPoint : EndPoint
{
    public override string ToString() => "the cells' sockets";
}
