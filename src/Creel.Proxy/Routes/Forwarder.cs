using Creel.Core.Budgets;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Creel.Proxy.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Creel.Proxy.Routes;

/// <summary>
/// Sends one request on and its answer back, as it comes. Never again: whether to try a second time is for whoever pays for it.
/// </summary>
internal static class Forwarder
{
    /// <param name="patience">How long nothing may move.</param>
    /// <param name="body">What holds the request's body: let go once that has been sent, since an answer may take long.</param>
    /// <param name="rests">Null: an answer whose client has left is never read on.</param>
    /// <param name="cookies">The answer's pass.</param>
    /// <param name="refuse">Answers for an upstream that gave no answer: status, code and sentence.</param>
    public static async Task<CallEnd> SendAsync(
        HttpContext context,
        HttpRequestMessage request,
        HttpMessageInvoker line,
        TimeSpan patience,
        ICallMeter meter,
        IDisposable? body,
        Rests? rests,
        bool cookies,
        Func<int, string, string, Task> refuse
    )
    {
        using var over = new CancellationTokenSource();
        over.CancelAfter(patience);
        using var pump = new AnswerPump(context, meter, over, patience, rests, cookies);
        await using var left = context.RequestAborted.Register(pump.ClientLeft).ConfigureAwait(false);
        HttpResponseMessage answer;
        try
        {
            answer = await line.SendAsync(request, over.Token).ConfigureAwait(false);
            body?.Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return await NoAnswerAsync(context, e, refuse).ConfigureAwait(false);
        }

        using (answer)
        {
            if ((int)answer.StatusCode < 200)
            {
                // A switch to a protocol that nobody asked for.
                await refuse(502, "upstream-broke", "the upstream gave no answer, but another protocol").ConfigureAwait(false);
                return new CallEnd(CallOutcome.Failed, 0, 0);
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            if (answer.ReasonPhrase is { Length: > 0 } phrase && phrase != ReasonPhrases.GetReasonPhrase((int)answer.StatusCode))
            {
                context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = phrase;
            }

            HeaderRules.CopyBack(answer, context.Response, cookies, length: !meter.ChangesLength);
            meter.Begin(
                (int)answer.StatusCode,
                answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : "",
                answer.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var encoding)
                    ? encoding.ToString()
                    : null
            );
            var outcome = await pump.RunAsync(answer).ConfigureAwait(false);
            if (outcome is CallOutcome.Failed or CallOutcome.TimedOut)
            {
                // The client must not take what it has for the whole.
                context.Abort();
            }

            return new CallEnd(outcome, (int)answer.StatusCode, pump.Received);
        }
    }

    private static async Task<CallEnd> NoAnswerAsync(HttpContext context, Exception e, Func<int, string, string, Task> refuse)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return new CallEnd(CallOutcome.Aborted, 0, 0);
        }

        if ((e as BadHttpRequestException ?? e.InnerException as BadHttpRequestException) is { } bad)
        {
            await refuse(bad.StatusCode, "body", "the body is too long, or not framed as its head says").ConfigureAwait(false);
            return new CallEnd(CallOutcome.Failed, 0, 0);
        }

        if (e is OperationCanceledException)
        {
            await refuse(504, "upstream-timeout", "the upstream did not answer in time").ConfigureAwait(false);
            return new CallEnd(CallOutcome.TimedOut, 0, 0);
        }

        var (code, message, sent) = Explain(e);
        await refuse(502, code, message).ConfigureAwait(false);
        return new CallEnd(sent ? CallOutcome.Failed : CallOutcome.NotSent, 0, 0);
    }

    /// <summary>What may be told of it: never more than that, since exceptions carry addresses.</summary>
    private static (string Code, string Message, bool Sent) Explain(Exception e) =>
        e is HttpRequestException { InnerException: DialRefusal refusal } ? (refusal.Rule, refusal.Message, false)
        : e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? ("upstream-tls", "the upstream's certificate is not to be trusted, or it speaks no TLS", false)
        : e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? ("unreachable", "the upstream can't be reached", false)
        : ("upstream-broke", "the upstream broke off before it answered", true);
}
