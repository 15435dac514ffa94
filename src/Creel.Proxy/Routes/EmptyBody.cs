using System.Net;

namespace Creel.Proxy.Routes;

/// <summary>
/// No body, and yet a content: the HTTP client sends a request without one up to three times more, where the connection ends before
/// an answer. Here nothing is ever tried a second time.
/// </summary>
internal sealed class EmptyBody : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }
}
