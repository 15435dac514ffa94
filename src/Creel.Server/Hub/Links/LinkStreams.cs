using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;

namespace Creel.Server.Hub.Links;

/// <summary>The streams that run over one link.</summary>
internal sealed class LinkStreams(Link link)
{
    private const int Most = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<uint, HubStream> open = [];
    private uint last;
    private bool lost;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <exception cref="CreelException">The link is gone, or carries as many as it may.</exception>
    public HubStream Open(StreamOpen what)
    {
        lock (gate)
        {
            if (lost || link.Closed)
            {
                throw new CreelException(
                    Fault.Unavailable("agent-offline", $"agent '{what.Agent}' is not connected", "see: creel ps")
                );
            }

            if (open.Count >= Most)
            {
                throw new CreelException(
                    new Fault(
                        FaultKind.TooMany,
                        "too-many-streams",
                        $"{Most} streams are open to this cell already",
                        "close some of them"
                    )
                );
            }

            var stream = new HubStream(++last, link, this);
            open[stream.Id] = stream;
            link.PostFrame(
                new StreamFrame(
                    StreamFrameKind.Open,
                    stream.Id,
                    JsonSerializer.SerializeToUtf8Bytes(what, LinkJson.Default.StreamOpen)
                )
            );
            return stream;
        }
    }

    /// <summary>A frame from the runtime; one of a stream that is over is ignored.</summary>
    public void Receive(StreamFrame frame)
    {
        HubStream? stream;
        lock (gate)
        {
            stream = open.GetValueOrDefault(frame.Stream);
        }

        stream?.Receive(frame);
    }

    public void Lost()
    {
        HubStream[] all;
        lock (gate)
        {
            lost = true;
            all = [.. open.Values];
            open.Clear();
        }

        foreach (var stream in all)
        {
            stream.Finish(new StreamEnd(Error: "the link to the cell was lost"));
        }
    }

    public void Remove(uint id)
    {
        lock (gate)
        {
            open.Remove(id);
        }
    }
}
