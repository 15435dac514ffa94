using System.Collections.Concurrent;
using System.Text;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;
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

    public ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, Func<TokenBound, CallRefusal?> limit)
    {
        Lines.Enqueue($"{call.Method} {call.Path} {call.Model} {call.Agent} {call.Cell.Group}");
        return new(
            Refusal is { } why
                ? new Admission.Refused(new CallRefusal(402, "budget", why))
                : new Admission.Goes(Encoding.UTF8.GetBytes(Body(Encoding.UTF8.GetString(body.Span))), new Meter(this))
        );
    }

    private sealed class Meter(RecordingBook book) : ICallMeter
    {
        private int status;
        private int received;

        public bool ChangesLength => true;

        public bool ReadsOn => book.ReadsOn;

        public long? Used => null;

        public void Begin(int answerStatus, string? contentType, string? contentEncoding)
        {
            status = answerStatus;
            book.Lines.Enqueue($"begin {status} {contentType} {contentEncoding}");
        }

        public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> slice)
        {
            received += slice.Length;
            return Encoding.UTF8.GetBytes(book.Piece(Encoding.UTF8.GetString(slice.Span)));
        }

        public ReadOnlyMemory<byte> End() => Encoding.UTF8.GetBytes(book.Last);

        public void Close(CallOutcome outcome) => book.Lines.Enqueue($"{outcome} {status} {received}");
    }
}
