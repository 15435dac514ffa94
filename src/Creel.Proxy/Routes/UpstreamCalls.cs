using System.Diagnostics;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Creel.Proxy.Keys;
using Creel.Proxy.Ledger;
using Creel.Proxy.Logs;
using Creel.Proxy.Offline;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>
/// A cell's call to a provider: may it, is there room, what may it cost, then on with the real key, and into the book how it
/// ended.
/// </summary>
internal sealed class UpstreamCalls(
    Standing standing,
    KeyStore keys,
    Lines lines,
    ICallBook book,
    Denials denials,
    Recent<CallFact> calls,
    TimeProvider time
)
{
    private readonly ByteRoom room = new(ByteRoom.OfAll);
    private readonly LargeBodies large = new();

    /// <param name="path">Below the upstream's base.</param>
    public async Task ServeAsync(HttpContext context, Cell cell, Upstream upstream, string path, string query)
    {
        var agent = CellLabel.Of(context.Request, cell.Orders);
        var refusal = upstream.Allows(context.Request.Method, path)
            ? CallLimiter.Begin(cell)
            : new CallRefusal(
                403,
                "call-not-allowed",
                $"{upstream.Model.Name} is not called so: neither the method nor the path is on its list"
            );
        if (refusal is not null)
        {
            await RefuseAsync(context, cell, upstream, path, agent, refusal).ConfigureAwait(false);
            return;
        }

        try
        {
            using var body = new WholeBody(cell, room);
            var (peek, wrong) = await ReadAsync(context, cell, upstream, body).ConfigureAwait(false);
            var offline = standing.Orders.Offline;
            var key = offline is null ? keys.Find(upstream.Model.Name, cell.Orders.Group)?.HeaderText : null;
            wrong ??= Unanswerable(upstream, offline, key);
            if (wrong is not null)
            {
                await RefuseAsync(context, cell, upstream, path, agent, wrong).ConfigureAwait(false);
                return;
            }

            var now = time.GetUtcNow();
            var call = new ModelCall(
                CallIds.Next(now),
                now,
                cell.Orders,
                agent,
                upstream.Model,
                context.Request.Method,
                path,
                query,
                peek?.Model,
                offline
            );
            await BookAndSendAsync(context, cell, upstream, call, body, key).ConfigureAwait(false);
        }
        finally
        {
            cell.End();
        }
    }

    private static CallRefusal? Unanswerable(Upstream upstream, OfflineScript? offline, string? key) =>
        (offline, upstream.Model) switch
        {
            ({ }, { Dialect: Dialect.None, Name: var name }) => new CallRefusal(
                403,
                "offline",
                $"the habitat is offline, and what {name} speaks is not known: nothing is sent there"
            ),
            (null, { Auth: not AuthStyle.None, Name: var name }) when key is null => new CallRefusal(
                401,
                "no-key",
                $"there is no key for {name}: creel key set {name}; or try things without one: offline: true in the habitat"
            ),
            _ => null,
        };

    private async ValueTask<(CallPeek?, CallRefusal?)> ReadAsync(
        HttpContext context,
        Cell cell,
        Upstream upstream,
        WholeBody body
    )
    {
        var limit = standing.Orders.BodyLimit;
        var request = context.Request;
        if (upstream.Model.Dialect == Dialect.None)
        {
            return (null, request.ContentLength > limit ? TooLong(limit) : null);
        }

        switch (await body.ReadAsync(request, limit, context.RequestAborted).ConfigureAwait(false))
        {
            case StatusCodes.Status413PayloadTooLarge:
                return (null, TooLong(limit));
            case not null:
                return (null, new CallRefusal(429, "no-room", "the proxy holds as many requests as it can", 1));
        }

        if (request.Headers.ContentEncoding.Count > 0)
        {
            return (null, new CallRefusal(415, "compressed-body", "a compressed request can't be priced: send it plain"));
        }

        if (HttpMethods.IsGet(request.Method))
        {
            return body.Bytes.Length == 0 ? (null, null) : (null, new CallRefusal(400, "body", "a GET has no body"));
        }

        var peek = await large
            .ReadAsync(
                cell,
                body.Bytes.Length,
                () => ValueTask.FromResult(CallPeek.Read(body.Bytes.Span)),
                context.RequestAborted
            )
            .ConfigureAwait(false);
        return peek switch
        {
            null => (null, new CallRefusal(400, "body", "the body is not one JSON object that says its model once")),
            { TooComplex: true } => (null, TooComplex),
            _ => (peek, CallLimiter.Check(cell, upstream.Model, peek)),
        };
    }

    private static CallRefusal TooComplex { get; } =
        new(413, "body-too-complex", $"a request's JSON has at most {CallPeek.MostTokens} brackets, names and values");

    private static CallRefusal TooLong(long limit) => new(413, "body-too-large", $"a request's body has at most {limit} bytes");

    private async Task BookAndSendAsync(
        HttpContext context,
        Cell cell,
        Upstream upstream,
        ModelCall call,
        WholeBody body,
        string? key
    )
    {
        TokenMinute.Share? share = null;
        Admission? admission = null;
        try
        {
            admission = await large
                .ReadAsync(
                    cell,
                    body.Bytes.Length,
                    () => book.AdmitAsync(call, body.Bytes, bound => CallLimiter.Count(cell, bound, out share)),
                    context.RequestAborted
                )
                .ConfigureAwait(false);
        }
        finally
        {
            if (admission is not Admission.Goes)
            {
                share?.Settle(0);
            }
        }

        if (admission is Admission.Refused no)
        {
            await RefuseAsync(context, cell, upstream, call.Path, call.Agent, no.Why, no.Call).ConfigureAwait(false);
            return;
        }

        var goes = (Admission.Goes)admission;
        var length = goes.Body.Length;
        var begun = Stopwatch.GetTimestamp();
        var end = new CallEnd(CallOutcome.Failed, 0, 0);
        try
        {
            using var request = Request(context, upstream, call, goes, key, standing.Orders.BodyLimit);
            end = await Forwarder
                .SendAsync(
                    context,
                    request,
                    call.Offline is not null ? lines.Offline
                        : call.Upstream.Local ? lines.Local
                        : lines.Public,
                    TimeSpan.FromSeconds(standing.Orders.ReadTimeout),
                    goes.Meter,
                    body,
                    cell.Rests,
                    cookies: false,
                    (status, code, message) =>
                        ProviderAnswer.SendAsync(context, call.Upstream.Dialect, new CallRefusal(status, code, message, Retry: 1))
                )
                .ConfigureAwait(false);
        }
        finally
        {
            goes.Meter.Close(end.Outcome);
            share?.Settle(goes.Meter.Used);
            Note(call, goes.Call ?? call.Id.ToString(), end, length, Stopwatch.GetElapsedTime(begun));
        }
    }

    private static HttpRequestMessage Request(
        HttpContext context,
        Upstream upstream,
        ModelCall call,
        Admission.Goes goes,
        string? key,
        long limit
    )
    {
        var readable = call.Upstream.Dialect != Dialect.None;
        var http2 = call.Upstream.Http2 && upstream.Model.BaseUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        var request = new HttpRequestMessage(HttpMethod.Parse(call.Method), upstream.Address(call.Path, call.Query))
        {
            Version = http2 ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content =
            HttpMethods.IsGet(call.Method) ? new EmptyBody()
            : readable ? new ReadOnlyMemoryContent(goes.Body)
            : StreamedBody.Of(context, limit);

        HeaderRules.CopyToUpstream(context.Request.Headers, request, readable);
        if (readable)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        }

        if (call.Offline is { } script)
        {
            request.Options.Set(
                OfflineCall.Key,
                new OfflineCall(
                    script,
                    call.Id,
                    call.Cell.Group.Value,
                    call.Agent,
                    call.Upstream.Name,
                    call.Upstream.Dialect,
                    call.Method,
                    call.Path,
                    goes.Window
                )
            );
        }

        if (key is not null && call.Upstream.Auth != AuthStyle.None)
        {
            HeaderRules.PutKey(request, call.Upstream.Auth, key);
        }

        return request;
    }

    /// <param name="id">The call's in the book, where it is written down there.</param>
    private Task RefuseAsync(
        HttpContext context,
        Cell cell,
        Upstream upstream,
        string path,
        string? agent,
        CallRefusal refusal,
        string? id = null
    )
    {
        denials.Add(cell, "call", upstream.Model.Name, 0, refusal.Rule, refusal.Message, context.Request.Method, path, agent, id);
        return ProviderAnswer.SendAsync(context, upstream.Model.Dialect, refusal);
    }

    private void Note(ModelCall call, string id, CallEnd end, long sent, TimeSpan took) =>
        calls.Add(
            new CallFact(
                id,
                call.At,
                call.Cell.Cell,
                call.Cell.Group,
                call.Agent,
                call.Upstream.Name,
                call.Method,
                call.Path.Length > 256 ? call.Path[..256] : call.Path,
                call.Model is { Length: > 128 } model ? model[..128] : call.Model,
                end.Status,
                OutcomeText(end.Outcome),
                sent,
                end.Received,
                took.TotalSeconds
            )
            {
                Offline = call.Offline is null ? null : true,
            }
        );

    private static string OutcomeText(CallOutcome outcome) =>
        outcome switch
        {
            CallOutcome.Completed => "done",
            CallOutcome.NotSent => "unsent",
            CallOutcome.Aborted => "aborted",
            CallOutcome.TimedOut => "timed-out",
            _ => "broken",
        };
}
