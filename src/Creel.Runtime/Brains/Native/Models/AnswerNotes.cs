using System.Globalization;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>Keeps of an answer's head what the SDKs don't pass on with an error.</summary>
internal sealed class AnswerNotes() : DelegatingHandler(Line())
{
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary><c>x-should-retry: false</c>.</summary>
    public bool Final { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (RetryAfter, Final) = (null, false);
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        Final = answer.Headers.TryGetValues("x-should-retry", out var words) && words.Contains("false");
        RetryAfter = answer.Headers.TryGetValues("retry-after", out var times) ? Seconds(times.First()) : null;
        return answer;
    }

    /// <summary>To the relay and nowhere else, whatever the surroundings say of proxies.</summary>
    private static SocketsHttpHandler Line() =>
        new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        };

    private static TimeSpan? Seconds(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
