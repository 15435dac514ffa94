using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;
using Creel.Proxy.Prices;
using Creel.Proxy.Routes;
using Admission = Creel.Proxy.Routes.Admission;
using Dialect = Creel.Core.Outbound.Dialect;
using Outcome = Creel.Core.Budgets.CallOutcome;

namespace Creel.Proxy;

/// <summary>Joins the routes to the book: every call of a dialect that is known is bounded, reserved for and settled.</summary>
internal sealed class BookedCalls(MoneyBook money, CallBook book) : ICallBook
{
    private static readonly AnthropicDialect Anthropic = new();
    private static readonly OpenAiDialect OpenAi = new();

    private volatile Tariff tariff = Tariff.Usual;

    /// <summary>What calls cost by the orders that stand.</summary>
    public Tariff Tariff => tariff;

    /// <summary>The budgets that the orders name.</summary>
    public static IReadOnlyList<PurseBudgets> Purses(ProxyOrders orders) =>
        [
            new(PurseId.Habitat, [.. orders.Budgets.Select(Budget.Of)]),
            .. orders
                .Cells.DistinctBy(cell => cell.Group)
                .Select(cell => new PurseBudgets(new PurseId(cell.Group), [.. cell.Budgets.Select(Budget.Of)])),
        ];

    public async Task FollowAsync(ProxyOrders orders)
    {
        var next = Tariff.Of(orders);
        await money.ConfigureAsync(Purses(orders)).ConfigureAwait(false);
        tariff = next;
    }

    public async ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        IDialect? dialect = call.Upstream.Dialect switch
        {
            Dialect.Anthropic => Anthropic,
            Dialect.OpenAi => OpenAi,
            _ => null,
        };
        if (dialect is null)
        {
            return IsFree(call)
                ? await new OpenBook().AdmitAsync(call, body, cancel).ConfigureAwait(false)
                : new Admission.No(
                    ProviderAnswer.Of(
                        Dialect.None,
                        403,
                        "unpriced",
                        $"nobody can tell what a call of {call.Upstream.Name} costs"
                    ),
                    "unpriced"
                );
        }

        var now = tariff;
        var free = IsFree(call);
        var terms = new CallTerms(call.Upstream.Name)
        {
            Prices = now.Prices,
            Unpriced = free,
            Otherwise = free ? null : now.Unpriced,
            Bounds = now.BoundsOf(call.Upstream.Name),
            DefaultMaxTokens = call.Cell.MaxTokens,
        };
        var agent = AgentId.TryParse(call.Agent, out var id) ? id : (AgentId?)null;
        var request = new CallRequest(call.Cell.Cell, call.Cell.Group, agent, call.Method, call.Path, body);
        return await book.AdmitAsync(request, terms, dialect).ConfigureAwait(false) switch
        {
            Ledger.Admission.Goes goes => new Admission.Go(
                goes.Call.Body,
                new Meter(goes.Call, call.Upstream.OnAbort == OnAbort.Read),
                goes.Call.Id,
                goes.Call.TokenBound
            ),
            Ledger.Admission.Refused no => new Admission.No(
                new ProviderAnswer(no.Answer.Status, no.Answer.Body, null),
                no.Why.Rule,
                no.CallId
            ),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    /// <summary>Where no price is known: a model on a machine of one's own costs nobody anything.</summary>
    private static bool IsFree(ModelCall call) => call.Upstream.Local;

    private sealed class Meter(OpenCall call, bool readsOn) : ICallMeter
    {
        public bool ChangesLength => call.ChangesAnswer;

        public bool ReadsOn => readsOn;

        public void Begin(int status, string contentType, bool encoded) =>
            call.Answer(status, contentType, encoded ? "encoded" : null);

        public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> bytes) => call.Observe(bytes);

        public ReadOnlyMemory<byte> End() => call.End();

        public ValueTask CloseAsync(CallEnd end)
        {
            call.Close(
                end.Outcome switch
                {
                    Routes.CallOutcome.Done => Outcome.Completed,
                    Routes.CallOutcome.Unsent => Outcome.NotSent,
                    Routes.CallOutcome.Aborted => Outcome.Aborted,
                    _ => Outcome.Failed,
                }
            );
            return ValueTask.CompletedTask;
        }
    }
}
