using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;
using Creel.Proxy.Prices;
using Creel.Proxy.Routes;

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
            new(PurseId.Habitat, [.. orders.Budgets.Select(b => b.Budget())]),
            .. orders
                .Cells.DistinctBy(cell => cell.Group)
                .Select(cell => new PurseBudgets(new PurseId(cell.Group), [.. cell.Budgets.Select(b => b.Budget())])),
        ];

    public async Task FollowAsync(ProxyOrders orders)
    {
        var next = Tariff.Of(orders);
        await money.ConfigureAsync(Purses(orders)).ConfigureAwait(false);
        tariff = next;
    }

    public async ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, Func<TokenBound, CallRefusal?> limit)
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
                ? await new OpenBook().AdmitAsync(call, body, limit).ConfigureAwait(false)
                : new Admission.Refused(
                    CallRefusal.Policy("unpriced", $"nobody can tell what a call of {call.Upstream.Name} costs")
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
        var readsOn = call.Upstream.OnAbort == OnAbort.Read;
        var request = new CallRequest(call.Cell.Cell, call.Cell.Group, agent, call.Method, call.Path, body, readsOn);
        return await book.AdmitAsync(request, terms, dialect, limit).ConfigureAwait(false);
    }

    /// <summary>Where no price is known: a model on a machine of one's own costs nobody anything.</summary>
    private static bool IsFree(ModelCall call) => call.Upstream.Local;
}
