using System.Collections.Concurrent;
using System.Text;
using Creel.Core.Outbound;
using Creel.Proxy.Routes;

namespace Creel.Tests.Proxy;

/// <summary>A book that writes down what it is asked, changes bodies and answers where a test says so, and may refuse.</summary>
internal sealed class RecordingBook : ICallBook
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public Func<string, string> Body { get; set; } = body => body;

    public Func<string, string> Piece { get; set; } = piece => piece;

    public string Last { get; set; } = "";

    public bool ReadsOn { get; set; }

    public string? Refusal { get; set; }

    public Task FollowAsync(ProxyOrders orders) => Task.CompletedTask;

    public ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        Lines.Enqueue($"{call.Method} {call.Path} {call.Model} {call.Agent} {call.Cell.Group}");
        return new(
            Refusal is { } why
                ? new Admission.No(ProviderAnswer.Of(call.Upstream.Dialect, 402, "budget", why), "budget")
                : new Admission.Go(Encoding.UTF8.GetBytes(Body(Encoding.UTF8.GetString(body.Span))), new Meter(this))
        );
    }

    private sealed class Meter(RecordingBook book) : ICallMeter
    {
        public bool ChangesLength => true;

        public bool ReadsOn => book.ReadsOn;

        public void Begin(int status, string contentType, bool encoded) =>
            book.Lines.Enqueue($"begin {status} {contentType} {encoded}");

        public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> bytes) =>
            Encoding.UTF8.GetBytes(book.Piece(Encoding.UTF8.GetString(bytes.Span)));

        public ReadOnlyMemory<byte> End() => Encoding.UTF8.GetBytes(book.Last);

        public ValueTask CloseAsync(CallEnd end)
        {
            book.Lines.Enqueue($"{end.Outcome} {end.Status} {end.Received}");
            return ValueTask.CompletedTask;
        }
    }
}
